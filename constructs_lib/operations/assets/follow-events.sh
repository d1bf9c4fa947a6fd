#!/bin/bash
# Writes each event of the cluster as a line of JSON, from the start on.
set -euo pipefail
scripts=$(dirname "$0")
events=/api/v1/events

version=
while true; do
  # Where it begins, or the API server no longer knows what came after: from now on.
  if [ -z "$version" ]; then
    version=$(kubectl get --raw "$events?limit=1" | jq --raw-output .metadata.resourceVersion)
  fi
  touch /tmp/asked
  while read -r seen line; do
    version=${seen/gone/}
    [ -z "$line" ] || printf '%s\n' "$line"
  done < <(kubectl get --raw "$events?watch=true&timeoutSeconds=300&resourceVersion=$version" |
    jq --unbuffered --raw-output --from-file "$scripts/events.jq")
  sleep 1
done
