"""Invariants of ResourceQuotas: room for all pods at their worst moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import field, mapping, mappings, quantity, strings
from constructs_lib.manifests.limit_ranges import effective
from constructs_lib.manifests.platform import namespace_of
from constructs_lib.manifests.quota_demand import demand, full_name
from constructs_lib.quantities import format_bytes, format_cpu

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest

_QUOTA = "ResourceQuota"
_REQUIRED = frozenset({"requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})


def quotas_fit_the_worst_moment(platform: Platform) -> Iterator[Violation]:
    """The quota covers all pods at the maximum of replicas during a rollout."""
    for quota in platform.of_kind(_QUOTA):
        needed = demand(platform, namespace_of(quota), counted(platform, quota))
        for resource, written in mapping(quota, "spec", "hard").items():
            need = needed[full_name(resource)]
            if need > quantity(written):
                message = f"{resource} is {written}, but {written_as(resource, need)} may be needed"
                yield quota, message


def quotas_find_what_they_count(platform: Platform) -> Iterator[Violation]:
    """With a quota of a resource, the API server rejects containers that do not declare it."""
    for quota in platform.of_kind(_QUOTA):
        required = _REQUIRED.intersection(map(full_name, mapping(quota, "spec", "hard")))
        for workload in counted(platform, quota):
            for container in workload.all_containers:
                named = effective(platform, workload.namespace, container)
                for resource in sorted(required - named.keys()):
                    yield quota, f"{container.get('name')} of {workload.path} has no {resource}"


def quotas_have_known_scopes(platform: Platform) -> Iterator[Violation]:
    """Scopes of quotas are known, since room can only be checked for known pods."""
    for quota in platform.of_kind(_QUOTA):
        for scope in sorted(_scopes(quota) - {"Terminating", "NotTerminating"}):
            yield quota, f"cannot tell which pods the scope {scope} counts"


def counted(platform: Platform, quota: Manifest) -> list[WorkloadManifest]:
    """Return the workloads whose pods a quota counts."""
    scopes = _scopes(quota)
    return [
        workload
        for workload in platform.workloads
        if workload.namespace == namespace_of(quota)
        and not ("Terminating" in scopes and "activeDeadlineSeconds" not in workload.pod)
        and not ("NotTerminating" in scopes and "activeDeadlineSeconds" in workload.pod)
    ]


def _scopes(quota: Manifest) -> set[str]:
    selected = mappings(quota, "spec", "scopeSelector", "matchExpressions")
    return {
        *strings(quota, "spec", "scopes"),
        *(field(expression, "scopeName", default="") for expression in selected),
    }


def written_as(resource: str, amount: Decimal) -> str:
    """Return an amount of a resource as a manifest writes it."""
    if resource.endswith(("memory", "storage")):
        return format_bytes(amount)
    return format_cpu(amount)
