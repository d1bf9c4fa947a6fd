"""Autoscalers can do their work, and nobody works against them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from constructs_lib.testing.fields import field, mapping, mappings
from constructs_lib.testing.platform import namespace_of
from constructs_lib.testing.scale import autoscaler_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.testing.invariants.finding import Finding
    from constructs_lib.testing.platform import Platform
    from constructs_lib.testing.workloads import Workload

_AUTOSCALER = "HorizontalPodAutoscaler.autoscaling"


def autoscalers_have_a_target(platform: Platform) -> Iterator[Finding]:
    """Every autoscaler scales something that exists, and nothing has two."""
    targets: Counter[tuple[str, str, str]] = Counter()
    for autoscaler in platform.of_kind(_AUTOSCALER):
        target = mapping(autoscaler, "spec", "scaleTargetRef")
        group, slash, _ = field(target, "apiVersion", default="").partition("/")
        kind, name = field(target, "kind", default=""), field(target, "name", default="")
        namespace = namespace_of(autoscaler)
        if not platform.has(f"{kind}.{group}" if slash else kind, namespace, name):
            yield autoscaler, f"there is no {kind} {name} in {group or 'the core group'}"
        targets[namespace, kind, name] += 1
        if targets[namespace, kind, name] > 1:
            yield autoscaler, f"{kind} {name} has another autoscaler already"


def autoscaled_workloads_leave_replicas_out(platform: Platform) -> Iterator[Finding]:
    """Replicas in a manifest undo, on every apply, what the autoscaler did."""
    for workload in platform.workloads:
        if autoscaler_of(platform, workload) and "replicas" in mapping(workload.manifest, "spec"):
            yield workload.manifest, "sets replicas, which its autoscaler sets too"


def autoscalers_have_room(platform: Platform) -> Iterator[Finding]:
    """The maximum is not below the minimum."""
    for autoscaler in platform.of_kind(_AUTOSCALER):
        least = field(autoscaler, "spec", "minReplicas", default=1)
        most = field(autoscaler, "spec", "maxReplicas", default=0)
        if not 1 <= least <= most:
            yield autoscaler, f"minReplicas {least} and maxReplicas {most} leave no room"


def autoscaled_resources_are_requested(platform: Platform) -> Iterator[Finding]:
    """Utilization is a share of the requests, so without a request there is none."""
    for workload in platform.workloads:
        autoscaler = autoscaler_of(platform, workload)
        for metric in mappings(autoscaler, "spec", "metrics"):
            source = mapping(metric, "resource") or mapping(metric, "containerResource")
            if mapping(source, "target").get("type") != "Utilization" or autoscaler is None:
                continue
            resource = field(source, "name", default="")
            measured = _measured(workload, source)
            if not measured:
                yield autoscaler, f"{workload.path} has no container {source.get('container')}"
            for container in measured:
                if resource not in mapping(container, "resources", "requests"):
                    where = f"{container.get('name')} of {workload.path}"
                    yield autoscaler, f"{where} requests no {resource}"


def _measured(workload: Workload, source: Mapping[str, Any]) -> list[dict[str, Any]]:
    only = source.get("container")
    return [c for c in workload.containers if only is None or c.get("name") == only]
