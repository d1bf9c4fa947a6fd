"""Workloads of somebody else's, which take part by telling the same facts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from constructs_lib import Port
from constructs_lib.facts import Amounts, Facts, Footprint, Peer
from constructs_lib.quantities import parse


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """Anything that has facts to tell."""

    facts: Facts


def peer(name: str, namespace: str = "app", ports: tuple[Port, ...] = ()) -> Peer:
    """Return the pods of a workload."""
    selector = {"app.kubernetes.io/name": name}
    return Peer(name=name, namespace=namespace, selector=selector, ports=ports)


def amounts(
    *, cpu: str = "1", cpu_limit: str | None = "2", memory: str = "1Gi", disk: str = "1Gi"
) -> Amounts:
    """Return the size of a container."""
    limit: Decimal | None = None if cpu_limit is None else parse(cpu_limit)
    return Amounts(
        cpu=parse(cpu), cpu_limit=limit, memory=parse(memory), ephemeral_storage=parse(disk)
    )


def of_size(*footprints: Footprint) -> Workload:
    """Return a workload that takes so much."""
    return Workload(facts=Facts(footprints=footprints))
