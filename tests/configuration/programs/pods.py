"""The pods and nodes that a cluster would make of the workloads of a platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Object = Mapping[str, Any]
_NODES = ("node-a", "node-b", "node-c")


def nodes() -> list[Object]:
    """Return three nodes."""
    return [
        {
            "kind": "Node",
            "metadata": {"name": name},
            "status": {
                "addresses": [{"type": "InternalIP", "address": f"192.0.2.{number}"}],
                "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            },
        }
        for number, name in enumerate(_NODES, start=1)
    ]


def pods(objects: Sequence[Object]) -> list[Object]:
    """Return a running pod of each workload on each of the nodes."""
    return [
        {
            "kind": "Pod",
            "metadata": {
                "name": f"{workload['name']}-{node}",
                "namespace": workload["namespace"],
                "labels": template["metadata"]["labels"],
            },
            "spec": {**template["spec"], "nodeName": node},
            "status": {"phase": "Running", "podIP": f"10.0.{number}.{host}"},
        }
        for number, (workload, template) in enumerate(_templates(objects))
        for host, node in enumerate(_NODES, start=1)
    ]


def _templates(objects: Sequence[Object]) -> Iterator[tuple[Object, Object]]:
    for workload in objects:
        if workload["kind"] in {"DaemonSet", "Deployment", "Job", "StatefulSet"}:
            yield workload["metadata"], workload["spec"]["template"]
        elif workload["kind"] == "CronJob":
            yield workload["metadata"], workload["spec"]["jobTemplate"]["spec"]["template"]
