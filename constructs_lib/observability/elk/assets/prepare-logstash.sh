#!/bin/bash
# The configuration of the image, ours over it.
set -euo pipefail
cp -r /usr/share/logstash/config/. /config/
cp /settings/*.yml /config/
