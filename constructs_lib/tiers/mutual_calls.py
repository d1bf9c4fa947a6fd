"""Calls among the pods of a tier, such as those of a cluster that they form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import Call, Peer, check_offered
from constructs_lib.facts.published import Facts
from constructs_lib.pods.service import headless_service


def mutual_calls(scope: Construct, peer: Peer, names: Sequence[str]) -> Facts:
    """Create a headless Service of these ports, and return the calls; neither for no port."""
    if not names:
        return Facts()
    for name in names:
        check_offered("Workload.mutual_ports", name, peer)
    called = tuple(port for port in peer.ports if port.name in names)
    headless_service(scope, replace(peer, ports=called))
    return Facts(
        calls=tuple(Call(source=peer, target=peer, port=port.name) for port in called),
        footprints=(Footprint(namespace=peer.namespace, objects={"services": 1}),),
    )
