"""Containers say what they need, in quantities that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.testing.fields import mapping, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.testing.invariants.finding import Finding
    from constructs_lib.testing.platform import Platform


def containers_say_what_they_need(platform: Platform) -> Iterator[Finding]:
    """Without requests pods land anywhere; without a memory limit one can starve the rest."""
    for workload in platform.workloads:
        for container in workload.containers + workload.init_containers:
            limits = mapping(container, "resources", "limits")
            requests = {**limits, **mapping(container, "resources", "requests")}
            for resource in ("cpu", "memory"):
                if resource not in requests:
                    yield workload.manifest, f"{container.get('name')} requests no {resource}"
            if "memory" not in limits:
                yield workload.manifest, f"{container.get('name')} has no memory limit"


def requests_are_within_limits(platform: Platform) -> Iterator[Finding]:
    """A request above its limit is refused."""
    for workload in platform.workloads:
        for container in workload.containers + workload.init_containers:
            name, limits = container.get("name"), mapping(container, "resources", "limits")
            for resource, amount in mapping(container, "resources", "requests").items():
                requested, limit = quantity(amount), quantity(limits.get(resource, amount))
                if requested is None or limit is None:
                    written = f"{amount!r}, limit {limits.get(resource)!r}"
                    yield workload.manifest, f"{name}: {resource} is no quantity: {written}"
                elif requested > limit:
                    message = f"{name} requests {amount} {resource}, but has {limits[resource]}"
                    yield workload.manifest, message
