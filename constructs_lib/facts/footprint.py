"""How much of a namespace a construct takes at its worst moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Amounts:
    """What one container is sure of, and what it may take at most.

    Args:
        cpu: requested cores.
        cpu_limit: the most cores; None for no limit.
        memory: bytes, requested and the limit alike.
        ephemeral_storage: bytes of local disk, requested and the limit alike.
    """

    cpu: Decimal
    cpu_limit: Decimal | None
    memory: Decimal
    ephemeral_storage: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Volumes of one size and storage class.

    Args:
        storage_class: the name of the class.
        size: bytes of each.
        count: how many.
    """

    storage_class: str
    size: Decimal
    count: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Footprint:
    """The worst moment of a workload in one namespace.

    Args:
        namespace: the namespace that pays for it.
        pods: how many pods exist at once: the most replicas, those added by a
            rollout, and those still draining.
        containers: what each of these pods holds.
        claims: volumes that are claimed.
        objects: how many objects of a kind, by the name that a ResourceQuota
            counts them under, such as ``services`` or ``services.loadbalancers``.
    """

    namespace: str
    pods: int = 0
    containers: tuple[Amounts, ...] = ()
    claims: tuple[Claim, ...] = ()
    objects: Mapping[str, int] = field(default_factory=dict)
