#!/bin/bash
# Takes a snapshot of each claim with the labels $CLAIMS. Once it is ready, those before the $KEEP
# newest make way; where it is not, all of that claim stay.
set -euo pipefail
scripts=$(dirname "$0")
now=$(date -u +%Y%m%d-%H%M%S)

here() {
  kubectl "$1" --namespace "$NAMESPACE" "${@:2}"
}

snapshot() {
  cat <<END
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata:
  name: "$1-$now"
  labels:
    app.kubernetes.io/name: "$NAME"
spec:
  source:
    persistentVolumeClaimName: "$1"
  volumeSnapshotClassName: "$SNAPSHOT_CLASS"
END
}

make_way() {
  local expired
  expired=$(here get volumesnapshots --selector "app.kubernetes.io/name=$NAME" --output json |
    jq --raw-output --arg claim "$1" --argjson keep "$KEEP" --from-file "$scripts/expired.jq")
  for snapshot in $expired; do
    here delete volumesnapshot "$snapshot" --wait=false
  done
}

claims=$(here get persistentvolumeclaims --selector "$CLAIMS" \
  --output 'jsonpath={.items[?(@.status.phase=="Bound")].metadata.name}')
if [ -z "$claims" ]; then
  echo "there is no claim with the labels $CLAIMS and a volume" >&2
  exit 1
fi

# All at once first, so that they are of the same moment, or nearly.
failed=
for claim in $claims; do
  snapshot "$claim" | here create --filename - || failed=yes
done
for claim in $claims; do
  left=$((WAIT_SECONDS > SECONDS ? WAIT_SECONDS - SECONDS : 1))
  if here wait "volumesnapshot/$claim-$now" --for 'jsonpath={.status.readyToUse}=true' \
    --timeout "${left}s"; then
    make_way "$claim"
  else
    here get "volumesnapshot/$claim-$now" --output 'jsonpath={.status.error.message}{"\n"}' || true
    failed=yes
  fi
done
[ -z "$failed" ]
