#!/bin/sh
# Patroni becomes the first process of the container, so that PostgreSQL never outlives it.
# The container beside it, which has the passwords of all, writes those that members show each other.
set -eu
data=$1 log=$2 configuration=/etc/patroni/patroni.yaml
until [ -e "$PGPASSFILE" ]; do sleep 1; done
# Patroni removes it once PostgreSQL has started.
mark=/pgdata/never-started
if [ ! -e "$data" ]; then
    touch "$mark"
elif [ -e "$mark" ] || [ ! -e "$data/global/pg_control" ]; then
    python=$(sed -n '1s/^#! *//p' "$(command -v patroni)")
    $python /scripts/discard_unfinished.py "$configuration" "$data" "$log"
fi
exec patroni "$configuration"
