"""Invariants of HorizontalPodAutoscalers and their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.limit_ranges import effective
from constructs_lib.manifests.platform import kind_of, namespace_of
from constructs_lib.manifests.pod_counts import AUTOSCALERS, autoscaler_of, bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest


# What KEDA takes for one that does not say it.
_USUAL_TARGET = {"apiVersion": "apps/v1", "kind": "Deployment"}


def autoscalers_have_a_target(platform: Platform) -> Iterator[Violation]:
    """The target of every autoscaler exists, and none has two autoscalers."""
    seen = set()
    for autoscaler in platform.of_kind(*AUTOSCALERS):
        target = {**_USUAL_TARGET, **mapping(autoscaler, "spec", "scaleTargetRef")}
        key = (kind_of(target), namespace_of(autoscaler), field(target, "name", default=""))
        if not platform.has(*key):
            yield autoscaler, f"there is no {key[0]} {key[2]}"
        if key in seen:
            yield autoscaler, f"{key[0]} {key[2]} has another autoscaler already"
        seen.add(key)


def autoscaled_workloads_leave_replicas_out(platform: Platform) -> Iterator[Violation]:
    """Replicas in a manifest reset those of the autoscaler on every apply."""
    for workload in platform.workloads:
        if autoscaler_of(platform, workload) and "replicas" in mapping(workload.manifest, "spec"):
            yield workload.manifest, "sets replicas, which its autoscaler sets too"


def autoscalers_have_room(platform: Platform) -> Iterator[Violation]:
    """The maximum is not below the minimum."""
    for autoscaler in platform.of_kind(*AUTOSCALERS):
        least, most = bounds(autoscaler)
        # Only KEDA goes down to none.
        floor = 0 if kind_of(autoscaler) == "ScaledObject.keda.sh" else 1
        if not floor <= least <= most or most == 0:
            yield autoscaler, f"minReplicas {least} and maxReplicas {most} leave no room"


def autoscaled_resources_are_requested(platform: Platform) -> Iterator[Violation]:
    """Utilization is relative to requests, so without a request the autoscaler cannot scale."""
    for workload in platform.workloads:
        for metric in mappings(autoscaler_of(platform, workload), "spec", "metrics"):
            source = mapping(metric, "resource") or mapping(metric, "containerResource")
            if mapping(source, "target").get("type") != "Utilization":
                continue
            resource = field(source, "name", default="")
            measured = _measured(workload, source)
            if not measured:
                yield workload.manifest, f"it has no container {source.get('container')} to measure"
            for container in measured:
                asked = effective(platform, workload.namespace, container)
                if f"requests.{resource}" not in asked:
                    message = f"{container.get('name')} is scaled by {resource}, but requests none"
                    yield workload.manifest, message


def _measured(workload: WorkloadManifest, source: Mapping[str, Any]) -> list[dict[str, Any]]:
    only = source.get("container")
    return [c for c in workload.containers if only is None or c.get("name") == only]
