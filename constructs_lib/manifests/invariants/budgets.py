"""Invariants of PodDisruptionBudgets, which must protect workloads and allow drains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import field, mapping
from constructs_lib.manifests.platform import describe, namespace_of
from constructs_lib.manifests.pod_counts import fewest, most, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest

_BUDGET = "PodDisruptionBudget.policy"


def budgets_select_one_workload(platform: Platform) -> Iterator[Violation]:
    """Pods under two budgets cannot be evicted, and a shared budget protects neither."""
    owners: dict[str, Manifest] = {}
    for budget in platform.of_kind(_BUDGET):
        selected = _selected(platform, budget)
        if len(selected) != 1:
            paths = ", ".join(workload.path for workload in selected) or "nothing"
            yield budget, f"selects {paths} instead of one workload"
        for workload in selected:
            owner = owners.setdefault(workload.path, budget)
            if owner is not budget:
                yield budget, f"{workload.path} is under {describe(owner)} already"


def budgets_let_nodes_drain(platform: Platform) -> Iterator[Violation]:
    """With the minimum of replicas, one pod can be evicted and one remains."""
    for budget in platform.of_kind(_BUDGET):
        spec = mapping(budget, "spec")
        if ("minAvailable" in spec) == ("maxUnavailable" in spec):
            yield budget, "set either minAvailable or maxUnavailable"
            continue
        for workload in _selected(platform, budget):
            few, many = fewest(platform, workload), most(platform, workload)
            if workload.kind not in {"Deployment", "StatefulSet"} or not many:
                continue
            # One that is alone may go; what an autoscaler adds to it remains.
            several = few if few > 1 else many
            flaw = _minimum(spec, few) if "minAvailable" in spec else _maximum(spec, several)
            if flaw:
                yield budget, flaw


def _minimum(spec: Manifest, pods: int) -> str | None:
    kept = scaled(spec["minAvailable"], pods)
    if kept >= pods:
        return f"minAvailable {spec['minAvailable']} of {pods} lets no pod go"
    return None if kept else f"minAvailable {spec['minAvailable']} lets all pods go"


def _maximum(spec: Manifest, pods: int) -> str | None:
    gone = scaled(spec["maxUnavailable"], pods)
    if gone >= pods:
        return f"maxUnavailable {spec['maxUnavailable']} of {pods} lets all pods go"
    return None if gone else f"maxUnavailable {spec['maxUnavailable']} lets no pod go"


def budgets_evict_broken_pods(platform: Platform) -> Iterator[Violation]:
    """By default pods that never become ready block a drain."""
    for budget in platform.of_kind(_BUDGET):
        policy = field(budget, "spec", "unhealthyPodEvictionPolicy", default="IfHealthyBudget")
        if policy != "AlwaysAllow":
            yield budget, f"unhealthyPodEvictionPolicy is {policy}, not AlwaysAllow"


def _selected(platform: Platform, budget: Manifest) -> list[WorkloadManifest]:
    return platform.pods(namespace_of(budget), mapping(budget, "spec", "selector"))
