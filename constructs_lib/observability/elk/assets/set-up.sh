#!/bin/bash
# Sends every request of requests.txt, and gives the users their passwords.
set -euo pipefail
ask() {
    local method=$1 path=$2; shift 2
    curl --silent --show-error --fail-with-body --retry 60 --retry-all-errors --retry-delay 10 \
        --cacert /run/secrets/tls/ca.crt --user "elastic:$(cat /run/secrets/users/elastic)" \
        --request "$method" --header 'Content-Type: application/json' "$URL$path" "$@"
    echo
}
quoted() { sed 's/\\/\\\\/g; s/"/\\"/g' "$1" | tr -d '\n'; }
while read -r method path file; do
    ask "$method" "$path" --data-binary "@/requests/$file"
done < /requests/requests.txt
for user in exporter logstash; do
    ask PUT "/_security/user/$user" \
        --data-binary "{\"password\": \"$(quoted "/run/secrets/users/$user")\", \"roles\": [\"$user\"]}"
done
ask POST /_security/user/kibana_system/_password \
    --data-binary "{\"password\": \"$(quoted /run/secrets/users/kibana)\"}"
ask PUT "/_security/user/$(cat /run/secrets/reader/username)" \
    --data-binary "{\"password\": \"$(quoted /run/secrets/reader/password)\", \"roles\": [\"reader\"]}"
