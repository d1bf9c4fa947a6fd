#!/bin/sh
# Patroni becomes the first process of the container, so that PostgreSQL never outlives it.
set -eu
/scripts/credentials.py write
exec patroni /etc/patroni/patroni.yaml
