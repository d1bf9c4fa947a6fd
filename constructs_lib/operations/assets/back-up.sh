#!/bin/bash
# Copies what each namespace is configured by to the bucket, and reads the copy back.
# The name of a copy comes again after $RETENTION_DAYS, so that nothing needs to be deleted.
set -euo pipefail
scripts=$(dirname "$0")
url=$BUCKET_URL/$(($(date +%s) / 86400 % RETENTION_DAYS)).tar.gz
cd "$(mktemp -d)"

# The keys stay out of the list of processes.
keys() { printf 'user = "%s:%s"\n' "$(< /run/secrets/bucket/access-key)" "$(< /run/secrets/bucket/secret-key)"; }
if [ -n "${AWS_ROLE_ARN:-}" ]; then
  granted=$(curl --fail --silent --show-error --retry 3 --max-time 60 --header 'accept: application/json' \
    --data Action=AssumeRoleWithWebIdentity --data Version=2011-06-15 --data "RoleSessionName=$HOSTNAME" \
    --data-urlencode "RoleArn=$AWS_ROLE_ARN" --data-urlencode "WebIdentityToken@$AWS_WEB_IDENTITY_TOKEN_FILE" "$TOKEN_SERVICE")
  keys() {
    jq --raw-output '.AssumeRoleWithWebIdentityResponse.AssumeRoleWithWebIdentityResult.Credentials |
      "user = \"\(.AccessKeyId):\(.SecretAccessKey)\"\nheader = \"x-amz-security-token: \(.SessionToken)\""' <<< "$granted"
  }
fi

# What is sent is not signed: it is read back.
bucket() {
  curl --fail --silent --show-error --retry 3 --max-time 60 --aws-sigv4 "aws:amz:$REGION:s3" \
    --header 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
    --config <(keys) "$@"
}

mkdir configuration
for namespace in $NAMESPACES; do
  kubectl get "$RESOURCES" --namespace "$namespace" --output json > live.json
  jq --from-file "$scripts/restorable.jq" live.json > "configuration/$namespace.json"
  echo "$namespace: $(jq '.items | length' "configuration/$namespace.json") objects"
done
tar -czf copy.tar.gz configuration
bucket --upload-file copy.tar.gz "$url"
bucket --output read.tar.gz "$url"
cmp copy.tar.gz read.tar.gz
echo "written: $url"
