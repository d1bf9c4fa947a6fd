#!/bin/bash
# The configuration of the image, ours over it, in a directory that Elasticsearch may write to.
set -euo pipefail
cp -r /usr/share/elasticsearch/config/. /config/
export ES_PATH_CONF=/config
rm -f /config/elasticsearch.keystore
elasticsearch-keystore create
elasticsearch-keystore add --stdin bootstrap.password < /run/secrets/users/elastic
for key in access_key secret_key; do
    file=/run/secrets/snapshots/${key/_/-}
    if [ -e "$file" ]; then elasticsearch-keystore add --stdin "s3.client.default.$key" < "$file"; fi
done
# Last, since the keystore's tool reads the settings too, and the variables in ours are the server's.
cp /settings/elasticsearch.yml /config/elasticsearch.yml
