"""Invariants of LimitRanges, and of the pods and claims that they limit."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import Manifest, mapping, mappings, quantity
from constructs_lib.manifests.limit_ranges import effective, items, pod_amounts
from constructs_lib.manifests.platform import namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform

_ORDER = ("min", "defaultRequest", "default", "max")


def limit_ranges_are_ordered(platform: Platform) -> Iterator[Violation]:
    """The minimum is not above the default request, nor that above the default or the maximum."""
    for limit_range in platform.of_kind("LimitRange"):
        for item in mappings(limit_range, "spec", "limits"):
            for resource in sorted({key for part in _ORDER for key in mapping(item, part)}):
                written = [
                    (part, mapping(item, part)[resource])
                    for part in _ORDER
                    if resource in mapping(item, part)
                ]
                for (low, less), (high, more) in pairwise(written):
                    if quantity(less) > quantity(more):
                        yield limit_range, f"{resource}: {low} {less} is above {high} {more}"


def pods_are_within_limit_ranges(platform: Platform) -> Iterator[Violation]:
    """The API server rejects a container or pod outside of a LimitRange."""
    for workload in platform.workloads:
        for container in workload.all_containers:
            amounts = effective(platform, workload.namespace, container)
            for _, item in items(platform, workload.namespace, "Container"):
                for message in _outside(item, amounts):
                    yield workload.manifest, f"{container.get('name')}: {message}"
        for _, item in items(platform, workload.namespace, "Pod"):
            for message in _outside(item, pod_amounts(platform, workload)):
                yield workload.manifest, f"its pod: {message}"


def claims_are_within_limit_ranges(platform: Platform) -> Iterator[Violation]:
    """The API server rejects a claim outside of a LimitRange."""
    specs = [
        (claim, namespace_of(claim), mapping(claim, "spec"))
        for claim in platform.of_kind("PersistentVolumeClaim")
    ]
    specs += [(w.manifest, w.namespace, spec) for w in platform.workloads for spec in w.claims]
    for manifest, namespace, spec in specs:
        storage = mapping(spec, "resources", "requests").get("storage")
        for _, item in items(platform, namespace, "PersistentVolumeClaim"):
            for message in _outside(item, {"requests.storage": quantity(storage)}):
                yield manifest, message


def _outside(item: Manifest, amounts: Mapping[str, Decimal]) -> Iterator[str]:
    for resource, written in mapping(item, "min").items():
        if amounts.get(f"requests.{resource}", 0) < quantity(written):
            yield f"requests less {resource} than the minimum of {written}"
    for resource, written in mapping(item, "max").items():
        limit = amounts.get(f"limits.{resource}", amounts.get(f"requests.{resource}"))
        if limit is None or limit > quantity(written):
            yield f"may use more {resource} than the maximum of {written}"
    for resource, written in mapping(item, "maxLimitRequestRatio").items():
        limit = amounts.get(f"limits.{resource}")
        if limit is None or limit > quantity(written) * amounts.get(f"requests.{resource}", 0):
            yield f"its limit of {resource} is more than {written} times its request"
