"""The image of the jobs that look after a cluster."""

from __future__ import annotations

from typing import Final

# With bash, curl 8, jq and kubectl.
KUBECTL: Final = (
    "docker.io/alpine/k8s:1.34.1"
    "@sha256:ec714df3813b5405292860f8a1c55c5727bf8c33c88992f1e981efad8065547f"
)
