#!/bin/sh
# The kubelet opens volumes to the group of the pod; PostgreSQL takes no directory that others enter.
set -eu
mkdir -p /pgwal/spool
for directory in /pgdata/pg* /pgwal/pg*; do
    if [ -d "$directory" ]; then chmod 0700 "$directory"; fi
done
