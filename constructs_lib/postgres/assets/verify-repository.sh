#!/bin/sh
# Reads every file of the repository. pgbackrest ends well even where it found a bad one.
set -eu
report=$(pgbackrest --config=/etc/pgbackrest/drill.conf --stanza=db --output=text --verbose verify)
echo "$report"
case $report in *"status: ok"*) ;; *) exit 1 ;; esac
