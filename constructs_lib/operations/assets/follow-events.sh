#!/bin/bash
# Writes each event of the cluster as a line of JSON, from the start on.
set -euo pipefail
scripts=$(dirname "$0")
account=/var/run/secrets/kubernetes.io/serviceaccount

# The token stays out of the list of processes, and is read anew.
events() {
  curl --fail --silent --show-error --no-buffer --max-time 400 --cacert "$account/ca.crt" \
    --header @<(printf 'Authorization: Bearer %s' "$(< "$account/token")") \
    "https://kubernetes.default.svc/api/v1/events?$1"
}

version=
while true; do
  # Where it begins, or the API server no longer knows what came after: from now on.
  if [ -z "$version" ]; then
    version=$(events 'limit=1' | jq --raw-output .metadata.resourceVersion)
  fi
  touch /tmp/asked
  while read -r seen line; do
    version=${seen/gone/}
    [ -z "$line" ] || printf '%s\n' "$line"
  done < <(events "watch=true&timeoutSeconds=300&resourceVersion=$version" |
    jq --unbuffered --raw-output --from-file "$scripts/events.jq")
  sleep 1
done
