"""What must hold for all objects of an app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdk8s import App

from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import manifests, problems, schema_problems
from tests.properties.strategies_database import STANDARD

# Kinds that ingress controllers bring along.
_FOREIGN = ("Certificate", "Gateway", "HTTPRoute", "Policy", "ScaledObject", "VirtualServer")


def check_sound(app: App) -> None:
    """Fail if the objects are not well-formed, or do not fit together."""
    objects = manifests(app)
    workloads = Platform(objects).workloads
    # What pods ask of the cluster that no construct makes.
    given = [
        f"StorageClass/{STANDARD.name}",
        *(f"PriorityClass/{each.pod.get('priorityClassName')}" for each in workloads),
        # Those of their own have the names of their workloads.
        *(
            f"ServiceAccount/{each.namespace}/{account}"
            for each in workloads
            if (account := each.pod.get("serviceAccountName")) != each.name
        ),
        *(
            f"ConfigMap/{workload.namespace}/{source['configMapRef']['name']}"
            for workload in workloads
            for container in workload.all_containers
            for source in container.get("envFrom", ())
            if "configMapRef" in source
        ),
    ]
    found = problems(objects, given=given)
    # A native sleep and the sidecars of jobs are asked for by name: they are of 1.29 and newer.
    newer = any(text in repr(objects) for text in ("'sleep': {", "'restartPolicy': 'Always'"))
    for version in ("newest",) if newer else ("1.27", "newest"):
        found += schema_problems(objects, version, foreign=_FOREIGN)
    assert not found, "\n".join(map(str, found))
    for pod in pods(objects):
        for container in pod["containers"]:
            variables = [variable["name"] for variable in container.get("env", ())]
            assert len(variables) == len(set(variables)), variables


def pods(objects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the specifications of all pods that stay."""
    kinds = ("DaemonSet", "Deployment", "StatefulSet")
    return [each["spec"]["template"]["spec"] for each in objects if each["kind"] in kinds]
