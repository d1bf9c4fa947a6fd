#!/bin/sh
# pgBackRest, with the repository of another cluster and the keys to it in place of its own.
set -eu
for name in $(env | sed -n 's/^SOURCE_\(REPO1_[A-Z0-9_]*\)=.*/\1/p'); do
    eval "export PGBACKREST_$name=\"\$SOURCE_$name\""
done
export PGBACKREST_CONFIG=/etc/pgbackrest/source.conf
exec pgbackrest "$@"
