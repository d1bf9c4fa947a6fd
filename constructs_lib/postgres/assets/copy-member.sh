#!/bin/sh
# Fills a new standby from the last backup. A repository that does not answer soon is left
# alone: Patroni then copies the primary instead.
set -eu
timeout 30 pgbackrest --stanza=db info > /dev/null
exec pgbackrest --stanza=db --delta --type=standby restore
