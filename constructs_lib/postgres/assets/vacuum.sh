#!/bin/sh
# Vacuums and analyzes what autovacuum left, through the primary.
set -eu
umask 077
printf '*:*:*:*:%s\n' "$(sed 's/[:\\]/\\&/g' /run/secrets/owner/password)" > /tmp/pgpass
PGUSER=$(cat /run/secrets/owner/username)
export PGPASSFILE=/tmp/pgpass PGUSER
exec vacuumdb --analyze --jobs=2 --dbname="$PGDATABASE"
