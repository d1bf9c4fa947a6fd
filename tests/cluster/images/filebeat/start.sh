#!/bin/sh
# What is written for 9.x, as 7.17 takes it: conditions name labels as they are stored. Nodes that share
# a machine may share its folders too, so that each has one of its own in there.
set -eu
cd /usr/share/filebeat
mkdir -p "data/$NODE_NAME"
sed 's/labels.dedot: true/labels.dedot: false/' /etc/filebeat/filebeat.yml > "data/$NODE_NAME/filebeat.yml"
exec ./filebeat --path.home . --path.data "data/$NODE_NAME" -e --strict.perms=false -c "data/$NODE_NAME/filebeat.yml"
