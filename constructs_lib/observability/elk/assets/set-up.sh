#!/bin/bash
# Sends every request of requests.txt, and gives the users their passwords and roles.
# Passwords stay out of the list of processes: curl reads them from where no command line shows them.
set -euo pipefail
quoted() { sed 's/\\/\\\\/g; s/"/\\"/g' "$1" | tr -d '\n'; }
ask() {
    local method=$1 path=$2; shift 2
    curl --silent --show-error --fail-with-body --retry 60 --retry-all-errors --retry-delay 10 \
        --cacert /run/secrets/elasticsearch/ca.crt \
        --config <(printf 'user = "set-up:%s"\n' "$(quoted /run/secrets/users/set-up)") \
        --request "$method" --header 'Content-Type: application/json' "$URL$path" "$@"
    echo
}
user() {
    printf '{"password": "%s", "roles": ["%s"]}' "$(quoted "$3")" "$2" |
        ask PUT "/_security/user/$1" --data-binary @-
}
while read -r method path file; do
    ask "$method" "$path" --data-binary "@/requests/$file"
done < /requests/requests.txt
user administrator superuser /run/secrets/users/administrator
user exporter exporter /run/secrets/users/exporter
user kibana-server kibana_system /run/secrets/users/kibana
user logstash logstash /run/secrets/users/logstash
user views views /run/secrets/users/views
user "$(cat /run/secrets/reader/username)" reader /run/secrets/reader/password
