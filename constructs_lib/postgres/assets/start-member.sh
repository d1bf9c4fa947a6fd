#!/bin/sh
# Patroni becomes the first process of the container, so that PostgreSQL never outlives it.
# The container beside it, which has the passwords of all, writes those that members show each other.
set -eu
until [ -e "$PGPASSFILE" ]; do sleep 1; done
exec patroni /etc/patroni/patroni.yaml
