"""The pods and nodes that a cluster would make of the workloads of a platform."""

from __future__ import annotations

import hashlib
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
        _pod(workload, template, node, f"10.0.{number}.{host}")
        for number, (workload, template) in enumerate(_templates(objects))
        for host, node in enumerate(_NODES, start=1)
    ]


def log_name(pod: Object, container: str) -> str:
    """Return how the kubelet calls the file that a container of a pod logs to."""
    metadata = pod["metadata"]
    id_ = _container_id(metadata["name"], container)
    return f"{metadata['name']}_{metadata['namespace']}_{container}-{id_}.log"


def _pod(workload: Object, template: Object, node: str, address: str) -> Object:
    name = f"{workload['name']}-{node}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": workload["namespace"],
            "labels": template["metadata"]["labels"],
            "uid": f"{workload['namespace']}-{name}",
        },
        "spec": {**template["spec"], "nodeName": node},
        "status": {
            "phase": "Running",
            "podIP": address,
            "containerStatuses": [
                {
                    "name": container["name"],
                    "containerID": f"containerd://{_container_id(name, container['name'])}",
                    "state": {"running": {}},
                }
                for container in template["spec"]["containers"]
            ],
        },
    }


def _container_id(pod: str, container: str) -> str:
    return hashlib.sha256(f"{pod} {container}".encode()).hexdigest()


def _templates(objects: Sequence[Object]) -> Iterator[tuple[Object, Object]]:
    for workload in objects:
        if workload["kind"] in {"DaemonSet", "Deployment", "Job", "StatefulSet"}:
            yield workload["metadata"], workload["spec"]["template"]
        elif workload["kind"] == "CronJob":
            yield workload["metadata"], workload["spec"]["jobTemplate"]["spec"]["template"]
