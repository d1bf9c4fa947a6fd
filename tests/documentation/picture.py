"""A picture of the platform, drawn from its manifests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "platform.md"

Manifest = Mapping[str, Any]

_WORKLOADS = {"CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet"}
_INTRODUCTION = """\
# The platform of main.py

Drawn by `make snapshots` from `dist/`. A box is a workload, or several under one name, with its
Services and its addresses on the ingress; an arrow is a call that network policies let through,
with the port of the pod.

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
    policies = [m for m in manifests if m["kind"] == "NetworkPolicy"]
    lines = [*_groups(manifests), *sorted(_calls(policies))]
    return _INTRODUCTION + "\n".join(f"    {line}" for line in lines) + "\n```\n"


def _groups(manifests: Sequence[Manifest]) -> list[str]:
    groups: dict[str, dict[str, list[str]]] = {}
    for workload in manifests:
        if workload["kind"] in _WORKLOADS:
            app = _labels(workload)["app.kubernetes.io/name"]
            box = groups.setdefault(workload["metadata"]["namespace"], {}).setdefault(app, [])
            # The name of a Job changes with what it does.
            name = app if workload["kind"] == "Job" else workload["metadata"]["name"]
            box.append(f"{workload['kind']}/{name}")
            box += _doors(workload, manifests)
    return [
        line
        for namespace, boxes in groups.items()
        for line in (
            f'subgraph {namespace}["namespace {namespace}"]',
            *(f'{app}["{"<br/>".join(dict.fromkeys(box))}"]' for app, box in boxes.items()),
            "end",
        )
    ]


def _labels(workload: Manifest) -> Mapping[str, str]:
    spec = workload["spec"]
    pod = spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec
    labels: Mapping[str, str] = pod["template"]["metadata"]["labels"]
    return labels


def _doors(workload: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    labels = _labels(workload)
    for service in manifests:
        if service["kind"] != "Service" or not (
            service["spec"]["selector"].items() <= labels.items()
        ):
            continue
        name, spec = service["metadata"]["name"], service["spec"]
        ports = ", ".join(str(port["port"]) for port in spec["ports"])
        yield f"{spec['type']} {name}:{ports}"
        for ingress in manifests:
            if ingress["kind"] == "Ingress":
                yield from dict.fromkeys(_addresses(ingress, name))


def _addresses(ingress: Manifest, service: str) -> Iterator[str]:
    for rule in ingress["spec"]["rules"]:
        for path in rule.get("http", {}).get("paths", []):
            if path["backend"]["service"]["name"] == service:
                # A path is there twice: exact, and with a slash as the prefix of all below.
                yield f"https://{rule['host']}{path['path'].rstrip('/')}"


def _calls(policies: Iterable[Manifest]) -> set[str]:
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
