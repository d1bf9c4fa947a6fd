"""Footprints: the most that a construct takes of the quota of a namespace."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from decimal import Decimal

from constructs_lib.errors import reject
from constructs_lib.rules import check_namespace, check_range, check_subdomain
from constructs_lib.values import Value

# https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-on-object-count
_COUNTED = re.compile(
    r"configmaps|secrets|replicationcontrollers|services(\.loadbalancers|\.nodeports)?"
    r"|count/[a-z]+(\.[a-z0-9.-]*[a-z0-9])?"
)
_MOST = 2**50
# https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources
_EXTENDED = re.compile(
    r"(?!kubernetes\.io/)[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?",
    re.ASCII,
)
# https://kubernetes.io/docs/tasks/manage-hugepages/scheduling-hugepages/
HUGE_PAGES = "hugepages-"
_HUGE_PAGES = re.compile(rf"{HUGE_PAGES}[1-9]\d*[KMG]i", re.ASCII)


class Amounts(Value):
    """Requests and limits of one container, as numbers.

    Args:
        cpu: requested cores.
        cpu_limit: the most cores; None for no limit.
        memory: bytes, requested and the limit alike.
        ephemeral_storage: bytes of local disk, requested and the limit alike.
        extended: whole devices and the like, with their resource, such as
            ``("nvidia.com/gpu", 1)``, and bytes of huge pages, such as
            ``("hugepages-2Mi", 2**30)``.
        starts: whether it is an init container, whose amounts are free again once the others run.

    Raises:
        ConfigurationError: an amount that is not above zero, or more than any node has.
    """

    cpu: Decimal
    cpu_limit: Decimal | None
    memory: Decimal
    ephemeral_storage: Decimal
    extended: tuple[tuple[str, int], ...] = ()
    starts: bool = False

    def __post_init__(self) -> None:
        for name in ("cpu", "cpu_limit", "memory", "ephemeral_storage"):
            amount = getattr(self, name)
            if amount is not None:
                _check_amount(f"Amounts.{name}", amount)
        if any(len(pair) != 2 for pair in self.extended):
            reject("Amounts.extended", self.extended, "write pairs such as ('nvidia.com/gpu', 1)")
        devices = {name: n for name, n in self.extended if not _HUGE_PAGES.fullmatch(name)}
        check_extended("Amounts.extended", devices)
        for name, count in self.extended:
            if name not in devices:
                check_range(f"Amounts.extended[{name!r}]", count, 1, _MOST)


class VolumeClaim(Value):
    """Volumes of one size and storage class.

    Args:
        storage_class: the name of the class.
        size: bytes of each.
        count: how many.

    Raises:
        ConfigurationError: a name, size or number that cannot be.
    """

    storage_class: str
    size: Decimal
    count: int = 1

    def __post_init__(self) -> None:
        check_subdomain("VolumeClaim.storage_class", self.storage_class)
        _check_amount("VolumeClaim.size", self.size)
        check_range("VolumeClaim.count", self.count, 0, 10_000)


class Footprint(Value):
    """The most that a workload needs in one namespace, rollouts included.

    Args:
        namespace: with the quota.
        pods: how many pods exist at once: the most replicas, those added by a
            rollout, and those still draining.
        containers: of each of these pods, init containers among them.
        claims: its PersistentVolumeClaims.
        objects: how many objects of a kind, by the name that a ResourceQuota
            counts them under, such as ``services`` or ``services.loadbalancers``.

    Raises:
        ConfigurationError: a number below zero, or objects that no quota counts.
    """

    namespace: str
    pods: int = 0
    containers: tuple[Amounts, ...] = ()
    claims: tuple[VolumeClaim, ...] = ()
    objects: Mapping[str, int] = field(default_factory=dict)

    def of_a_pod(self, amount: Callable[[Amounts], Decimal]) -> Decimal:
        """Return what each pod takes: that of all who run, or of an init container with more."""
        running = sum((amount(each) for each in self.containers if not each.starts), Decimal(0))
        return max([running, *(amount(each) for each in self.containers if each.starts)])

    def __post_init__(self) -> None:
        check_namespace("Footprint.namespace", self.namespace)
        check_range("Footprint.pods", self.pods, 0, 100_000)
        for kind, count in self.objects.items():
            if not _COUNTED.fullmatch(kind):
                reject(
                    "Footprint.objects", kind, "use a kind such as 'services' or 'count/jobs.batch'"
                )
            check_range(f"Footprint.objects[{kind!r}]", count, 0, 100_000)


def check_extended(field: str, extended: Mapping[str, int]) -> None:
    """Refuse what is no extended resource, or none of it."""
    for name, count in extended.items():
        if not _EXTENDED.fullmatch(name):
            reject(field, name, "name a resource such as 'nvidia.com/gpu'")
        check_range(f"{field}[{name!r}]", count, 1, 1_000_000)


def _check_amount(field: str, amount: Decimal) -> None:
    if not amount.is_finite() or not 0 < amount <= _MOST:
        reject(field, amount, f"use a number above 0, at most {_MOST}")
