#!/bin/sh
# Builds the indexes of the application anew, one after the other, without locking writers out.
set -eu
umask 077
printf '*:*:*:*:%s\n' "$(sed 's/[:\\]/\\&/g' /run/secrets/owner/password)" > /tmp/pgpass
PGUSER=$(cat /run/secrets/owner/username)
export PGPASSFILE=/tmp/pgpass PGUSER
exec reindexdb --concurrently --dbname="$PGDATABASE"
