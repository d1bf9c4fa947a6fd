#!/bin/sh
# Builds the indexes of the application anew, one after the other, without locking writers out.
set -eu
PGPASSWORD=$(cat /run/secrets/owner/password)
PGUSER=$(cat /run/secrets/owner/username)
export PGPASSWORD PGUSER
exec reindexdb --concurrently --dbname="$PGDATABASE"
