"""Ports as containers and Services list them."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.network import Port


def listed(ports: Sequence[Port]) -> list[Port]:
    """Return the first port of each number.

    `kubectl apply` merges the ports of a container and of a Service by their numbers
    alone, and loses one of two that differ in their protocol. What is left out stays
    open: a list of a container opens nothing, and clients of a Service without an
    address of its own connect to the pods themselves.
    """
    first: dict[int, Port] = {}
    for port in ports:
        first.setdefault(port.number, port)
    return list(first.values())
