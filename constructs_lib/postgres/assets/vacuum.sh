#!/bin/sh
# Vacuums and analyzes what autovacuum left, through the primary.
set -eu
umask 077
export PGPASSFILE=/tmp/pgpass PGUSER
# Each database as its owner, also where another one fails.
failed=0
for each in $OWNERS; do
    printf '*:*:*:*:%s\n' "$(sed 's/[:\\]/\\&/g' "${each#*=}/password")" > /tmp/pgpass
    PGUSER=$(cat "${each#*=}/username")
    vacuumdb --analyze --jobs=2 --dbname="${each%%=*}" || failed=1
done
exit $failed
