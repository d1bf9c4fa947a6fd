#!/bin/sh
# Makes a backup of the kind that is its argument in each repository; the stanza too, where it is not there yet.
# One that does not answer keeps no backup out of the other, and the job fails for it.
set -u
failed=0
pgbackrest --stanza=db stanza-create || failed=1
pgbackrest --stanza=db check || failed=1
for repository in $REPOSITORIES; do
    pgbackrest --stanza=db --repo="$repository" --type="$1" backup || failed=1
done
exit $failed
