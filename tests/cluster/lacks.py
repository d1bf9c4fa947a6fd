"""What a cluster lacks of what the suite needs, each said in one line."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

from tests.cluster import machine
from tests.cluster.kubectl import ZONE, KubectlError, kubectl, objects
from tests.cluster.mark import ours

_SYSTEM = {"default", "kube-node-lease", "kube-public", "kube-system", "local-path-storage"}


def lacks() -> dict[str, str]:
    """Return what is missing, by the word that tests need it by; ``cluster`` is needed by all."""
    if missing := _cluster():
        return {"cluster": missing}
    return dict(_parts())


def _cluster() -> str | None:
    if not os.environ.get("KUBECONFIG"):
        return "KUBECONFIG names no cluster"
    try:
        found = {each["metadata"]["name"] for each in objects("namespaces")}
    except (FileNotFoundError, KubectlError, subprocess.TimeoutExpired) as error:
        return f"the cluster of KUBECONFIG does not answer: {error}"
    if strange := sorted(found - _SYSTEM - ours()):
        return f"the cluster has namespaces that the suite did not make: {', '.join(strange)}"
    return None


def _parts() -> Iterator[tuple[str, str]]:
    zones = {node["metadata"]["labels"].get(ZONE) for node in objects("nodes")} - {None}
    if len(zones) < 3:
        yield "zones", f"its nodes are in {len(zones)} zones; three are needed"
    try:
        kubectl("top", "nodes")
    except KubectlError:
        yield "metrics", "it serves no metrics of pods"
    if "standard" not in {each["metadata"]["name"] for each in objects("storageclasses")}:
        yield "storage", "it has no StorageClass 'standard'"
    try:
        next(machine.asked(), None)
    except (FileNotFoundError, RuntimeError):
        yield "audit", "what is asked of its API server is not told"
