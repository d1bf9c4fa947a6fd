#!/bin/sh
# Fills a new standby from the last backup, of another cluster too by a program that reads that. A repository that does not
# answer soon is left alone: Patroni then copies the primary instead.
set -eu
backrest=${1:-pgbackrest}
timeout 30 "$backrest" --stanza=db info > /dev/null
exec "$backrest" --stanza=db --delta --type=standby restore
