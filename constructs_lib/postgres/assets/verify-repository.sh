#!/bin/sh
# Reads every file of each repository. pgbackrest ends well even where it found a bad one.
set -u
failed=0
for repository in $REPOSITORIES; do
    report=$(pgbackrest --config=/etc/pgbackrest/drill.conf --stanza=db --repo="$repository" --output=text --verbose verify)
    echo "$report"
    case $report in *"status: ok"*) ;; *) failed=1 ;; esac
done
exit $failed
