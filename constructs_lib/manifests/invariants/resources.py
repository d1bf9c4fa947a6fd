"""Invariants of requests, limits and quantities."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import is_quantity, mapping, mappings, quantity, walk
from constructs_lib.quantities import format_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform

_AMOUNTS = re.compile(
    r"\.resources\.(requests|limits)$|^spec\.hard$"
    r"|^spec\.limits\[\d+\]\.(min|max|default|defaultRequest|maxLimitRequestRatio)$"
)


def containers_say_what_they_need(platform: Platform) -> Iterator[Violation]:
    """Without requests pods are scheduled anywhere; without a memory limit one starves the rest."""
    for workload in platform.workloads:
        for container in workload.all_containers:
            limits = mapping(container, "resources", "limits")
            requests = {**limits, **mapping(container, "resources", "requests")}
            for resource in ("cpu", "memory"):
                if resource not in requests:
                    yield workload.manifest, f"{container.get('name')} requests no {resource}"
            if "memory" not in limits:
                yield workload.manifest, f"{container.get('name')} has no memory limit"


def requests_are_within_limits(platform: Platform) -> Iterator[Violation]:
    """The API server rejects a request above its limit."""
    for workload in platform.workloads:
        for container in workload.all_containers:
            limits = mapping(container, "resources", "limits")
            for resource, amount in mapping(container, "resources", "requests").items():
                if resource in limits and quantity(amount) > quantity(limits[resource]):
                    written = f"{amount} {resource}, but has {limits[resource]}"
                    yield workload.manifest, f"{container.get('name')} requests {written}"


def scratch_fits_the_local_disk(platform: Platform) -> Iterator[Violation]:
    """A pod is evicted when its emptyDirs exceed the limit of ephemeral storage."""
    for workload in platform.workloads:
        limits = [mapping(container, "resources", "limits") for container in workload.containers]
        disk = sum((quantity(each.get("ephemeral-storage")) for each in limits), Decimal(0))
        directories = [mapping(volume, "emptyDir") for volume in mappings(workload.pod, "volumes")]
        on_disk = (each for each in directories if each.get("medium") != "Memory")
        scratch = sum((quantity(each.get("sizeLimit")) for each in on_disk), Decimal(0))
        if scratch > disk > 0:
            written = f"{format_bytes(scratch)}, but its containers {format_bytes(disk)}"
            yield workload.manifest, f"its directories may hold {written}"


def quantities_are_readable(platform: Platform) -> Iterator[Violation]:
    """The API server rejects invalid quantities."""
    for manifest in platform.manifests:
        for path, amounts in walk(manifest):
            if _AMOUNTS.search(path):
                for resource, amount in mapping(amounts).items():
                    if not is_quantity(amount):
                        yield manifest, f"{path}: {resource} is no quantity: {amount!r}"
