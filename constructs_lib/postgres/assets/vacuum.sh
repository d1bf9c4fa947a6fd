#!/bin/sh
# Vacuums and analyzes what autovacuum left, through the primary.
set -eu
PGPASSWORD=$(cat /run/secrets/owner/password)
PGUSER=$(cat /run/secrets/owner/username)
export PGPASSWORD PGUSER
exec vacuumdb --analyze --jobs=2 --dbname="$PGDATABASE"
