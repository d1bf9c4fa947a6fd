#!/bin/bash
# The configuration of the image, ours over it, in a directory that Elasticsearch may write to.
set -euo pipefail
cp -r /usr/share/elasticsearch/config/. /config/
export ES_PATH_CONF=/config
rm -f /config/elasticsearch.keystore
elasticsearch-keystore create
if [ -e /run/secrets/snapshots ]; then
    elasticsearch-keystore add --stdin s3.client.default.access_key < /run/secrets/snapshots/access-key
    elasticsearch-keystore add --stdin s3.client.default.secret_key < /run/secrets/snapshots/secret-key
fi
# Java trusts what is in a store of its own, into which its tool reads one certificate at a time.
if [ -e /run/secrets/snapshots/ca.crt ]; then
    java=${ES_JAVA_HOME:-/usr/share/elasticsearch/jdk}
    cat "$java/lib/security/cacerts" > /config/authorities
    certificate= number=0
    while IFS= read -r line || [ -n "$line" ]; do
        certificate+=$line$'\n'
        if [[ $line == *"END CERTIFICATE"* ]]; then
            number=$((number + 1))
            "$java/bin/keytool" -importcert -noprompt -alias "of-the-store-$number" \
                -keystore /config/authorities -storepass changeit <<< "$certificate"
            certificate=
        fi
    done < /run/secrets/snapshots/ca.crt
    [ "$number" -gt 0 ] || { echo "no certificate in ca.crt of the keys to the snapshots" >&2; exit 1; }
fi
# The one user that is there from the start, for the job that makes all others. It asks for the password twice.
: > /config/users
: > /config/users_roles
password=$(< /run/secrets/users/set-up)
printf '%s\n%s\n' "$password" "$password" | elasticsearch-users useradd set-up -r superuser
# Last, since the keystore's tool reads the settings too, and the variables in ours are the server's.
cp /settings/elasticsearch.yml /config/elasticsearch.yml
# Who holds copies of a cluster never begins another one.
if [ -n "$(ls -A /usr/share/elasticsearch/data/indices 2> /dev/null)" ]; then
    sed -i '/^cluster.initial_master_nodes:/d' /config/elasticsearch.yml
fi
