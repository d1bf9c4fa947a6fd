"""A picture of the platform, drawn from its manifests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "platform.md"

_INTRODUCTION = """\
# The platform of main.py

Drawn by `make snapshots` from `dist/`: an arrow is a call that network policies let through.

```mermaid
flowchart LR
"""


def picture() -> str:
    """Return the page."""
    manifests = [
        manifest
        for file in sorted((ROOT / "dist").glob("*.yaml"))
        for manifest in yaml.safe_load_all(file.read_text())
    ]
    workloads = [m for m in manifests if m["kind"] in {"Deployment", "StatefulSet"}]
    policies = [m for m in manifests if m["kind"] == "NetworkPolicy"]
    lines = [*_groups(workloads), *sorted(_calls(policies))]
    return _INTRODUCTION + "\n".join(f"    {line}" for line in lines) + "\n```\n"


def _groups(workloads: Iterable[Mapping[str, Any]]) -> list[str]:
    groups: dict[str, list[str]] = {}
    for workload in workloads:
        name, namespace = workload["metadata"]["name"], workload["metadata"]["namespace"]
        port = workload["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"]
        groups.setdefault(namespace, []).append(f'{name}["{workload["kind"]}/{name} :{port}"]')
    return [
        line
        for namespace, nodes in groups.items()
        for line in (f'subgraph {namespace}["namespace {namespace}"]', *nodes, "end")
    ]


def _calls(policies: Iterable[Mapping[str, Any]]) -> set[str]:
    calls = set()
    for policy in policies:
        name, spec = policy["metadata"]["name"], policy["spec"]
        for separator, side in (("-to-", "egress"), ("-from-", "ingress")):
            here, found, there = name.partition(separator)
            if not found:
                continue
            ports = ", ".join(str(port["port"]) for rule in spec[side] for port in rule["ports"])
            source, target = (here, there) if side == "egress" else (there, here)
            calls.add(f"{source} -->|{ports}| {target}")
    return calls


if __name__ == "__main__":
    PAGE.write_text(picture())
