"""Volumes that one node holds at a time, and pods that wait for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings, strings
from constructs_lib.manifests.pod_counts import most, scaled
from constructs_lib.manifests.workloads import WorkloadManifest, workload_of

_OF_ONE_NODE = {"ReadWriteOnce", "ReadWriteOncePod"}


def attachment(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what it means that more pods than before share a volume of one node."""
    was, now = workload_of(pair.was), workload_of(pair.now)
    if was is None or now is None or now.kind != "Deployment":
        return
    held = _held(now, comparison)
    before, after = (
        _at_once(workload, most(platform, workload))
        for workload, platform in ((was, comparison.before), (now, comparison.after))
    )
    if held and before <= 1 < after:
        why = (
            f"{after} pods share claim {held}, which one node holds at a time: those on other "
            "nodes do not start"
        )
        conditional = Certainty.CONDITIONAL
        fields = pair.below("spec.replicas", "spec.strategy") or pair.below("spec")
        yield Finding(Verdict.WEAKENS, "attachment", why, fields, certainty=conditional)


def _held(workload: WorkloadManifest, comparison: Comparison) -> str:
    """Return the first claim of a workload that is of one node; empty if there is none."""
    for volume in mappings(workload.pod, "volumes"):
        name = field(volume, "persistentVolumeClaim", "claimName", default="")
        claim = comparison.after.get("PersistentVolumeClaim", workload.namespace, name)
        modes = set(strings(claim, "spec", "accessModes"))
        if modes and modes <= _OF_ONE_NODE:
            return name
    return ""


def _at_once(workload: WorkloadManifest, pods: int) -> int:
    """Return how many pods there are at most while a rollout goes on."""
    strategy: dict[str, Any] = mapping(workload.manifest, "spec", "strategy")
    if strategy.get("type") == "Recreate" or not pods:
        return pods
    surge = mapping(strategy, "rollingUpdate").get("maxSurge", "25%")
    return pods + (surge if isinstance(surge, int) else -(-scaled(surge, pods * 100) // 100))
