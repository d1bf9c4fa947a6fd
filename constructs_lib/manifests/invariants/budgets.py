"""Invariants of PodDisruptionBudgets, which must protect workloads and allow drains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import field, mapping
from constructs_lib.manifests.platform import describe, namespace_of
from constructs_lib.manifests.pod_counts import fewest, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.invariants.invariant import Finding
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest

_BUDGET = "PodDisruptionBudget.policy"


def budgets_select_one_workload(platform: Platform) -> Iterator[Finding]:
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


def budgets_let_nodes_drain(platform: Platform) -> Iterator[Finding]:
    """With the minimum of replicas, one pod can be evicted and one remains."""
    for budget in platform.of_kind(_BUDGET):
        spec = mapping(budget, "spec")
        if ("minAvailable" in spec) == ("maxUnavailable" in spec):
            yield budget, "set either minAvailable or maxUnavailable"
            continue
        for workload in _selected(platform, budget):
            pods = fewest(platform, workload)
            if workload.kind not in {"Deployment", "StatefulSet"} or pods == 0:
                continue
            if pods == 1:
                yield budget, f"{workload.path} may have a single pod; a budget needs two"
            elif "maxUnavailable" in spec and scaled(spec["maxUnavailable"], pods) < 1:
                yield budget, f"maxUnavailable {spec['maxUnavailable']} lets no pod go"
            elif "minAvailable" in spec and scaled(spec["minAvailable"], pods) >= pods:
                yield budget, f"minAvailable {spec['minAvailable']} of {pods} lets no pod go"
            elif "maxUnavailable" in spec and scaled(spec["maxUnavailable"], pods) >= pods:
                yield budget, f"maxUnavailable {spec['maxUnavailable']} of {pods} lets all pods go"
            elif "minAvailable" in spec and scaled(spec["minAvailable"], pods) < 1:
                yield budget, f"minAvailable {spec['minAvailable']} lets all pods go"


def budgets_evict_broken_pods(platform: Platform) -> Iterator[Finding]:
    """By default pods that never become ready block a drain."""
    for budget in platform.of_kind(_BUDGET):
        policy = field(budget, "spec", "unhealthyPodEvictionPolicy", default="IfHealthyBudget")
        if policy != "AlwaysAllow":
            yield budget, f"unhealthyPodEvictionPolicy is {policy}, not AlwaysAllow"


def _selected(platform: Platform, budget: Manifest) -> list[WorkloadManifest]:
    return platform.pods(namespace_of(budget), mapping(budget, "spec", "selector"))
