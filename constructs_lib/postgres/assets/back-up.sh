#!/bin/sh
# Makes a backup of the kind that is its argument; the stanza too, where it is not there yet.
set -eu
pgbackrest --stanza=db stanza-create
pgbackrest --stanza=db check
exec pgbackrest --stanza=db --type="$1" backup
