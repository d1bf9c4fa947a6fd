"""The defaults that a LimitRange sets on containers.

https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import mapping, mappings, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest


def items(platform: Platform, namespace: str, type_: str) -> Iterator[tuple[Manifest, Manifest]]:
    """Yield the items of a type in the LimitRanges of a namespace, with their object."""
    for limit_range in platform.of_kind("LimitRange", namespace=namespace):
        for item in mappings(limit_range, "spec", "limits"):
            if item.get("type") == type_:
                yield limit_range, item


def effective(
    platform: Platform, namespace: str, container: Mapping[str, Any]
) -> dict[str, Decimal]:
    """Return the effective requests and limits of a container, such as ``requests.cpu``."""
    limits = mapping(container, "resources", "limits")
    requests = {**limits, **mapping(container, "resources", "requests")}
    for _, item in items(platform, namespace, "Container"):
        default_limits = {**mapping(item, "max"), **mapping(item, "default")}
        default_requests = {**mapping(item, "min"), **default_limits}
        requests = {**default_requests, **mapping(item, "defaultRequest"), **requests}
        limits = {**default_limits, **limits}
    return {f"requests.{key}": quantity(value) for key, value in requests.items()} | {
        f"limits.{key}": quantity(value) for key, value in limits.items()
    }


def pod_amounts(platform: Platform, workload: WorkloadManifest) -> dict[str, Decimal]:
    """Return the effective requests and limits of a pod: the sum, or its largest init container."""
    total: dict[str, Decimal] = defaultdict(Decimal)
    for container in workload.containers:
        for key, amount in effective(platform, workload.namespace, container).items():
            total[key] += amount
    for container in workload.init_containers:
        for key, amount in effective(platform, workload.namespace, container).items():
            total[key] = max(total[key], amount)
    return total
