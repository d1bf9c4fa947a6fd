#!/bin/sh
# The kubelet opens volumes to the group of the pod; PostgreSQL takes no directory that others enter.
set -eu
mkdir -p /pgwal/spool
for log in /pgwal/pg*; do
    # No copy of another member goes where the log of lost data is; it may hold their last commits.
    if [ -d "$log" ] && [ ! -e "/pgdata/${log##*/}" ]; then rm -rf /pgwal/left && mv "$log" /pgwal/left; fi
done
for directory in /pgdata/pg* /pgwal/pg*; do
    if [ -d "$directory" ]; then chmod 0700 "$directory"; fi
done
