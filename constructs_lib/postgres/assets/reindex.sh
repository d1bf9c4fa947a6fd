#!/bin/sh
# Builds the indexes of the application anew, one after the other, without locking writers out.
set -eu
umask 077
export PGPASSFILE=/tmp/pgpass PGUSER
# Each database as its owner, also where another one fails.
failed=0
for each in $OWNERS; do
    printf '*:*:*:*:%s\n' "$(sed 's/[:\\]/\\&/g' "${each#*=}/password")" > /tmp/pgpass
    PGUSER=$(cat "${each#*=}/username")
    reindexdb --concurrently --dbname="${each%%=*}" || failed=1
done
exit $failed
