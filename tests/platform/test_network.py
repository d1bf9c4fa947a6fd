"""Connections are open for what the constructs tell of, and for nothing else.

Of pods and addresses that are not of the platform, only the platform's side is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from itertools import product

import pytest

from constructs_lib.facts.network import End, Outside, Protocol
from constructs_lib.manifests.network_policies import Address, Policies
from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import DNS, Pods, can_reach, find_all, reachability
from tests.platform.shop import Shop

Way = tuple[str, str, str, int]

TIERS = ("app/api", "app/socket", "app/web")
OTHERS: dict[str, Pods | Address] = {
    "ingress controller": Pods(
        namespace="nginx-ingress", labels={"app.kubernetes.io/name": "nginx-ingress"}
    ),
    "beside the controller": Pods(namespace="nginx-ingress", labels={}),
    "prometheus": Pods(namespace="prometheus", labels={"app.kubernetes.io/name": "prometheus"}),
    "elsewhere, called prometheus": Pods(
        namespace="kube-system", labels={"app.kubernetes.io/name": "prometheus"}
    ),
    "a pod of app": Pods(namespace="app", labels={"app.kubernetes.io/name": "debug"}),
    "a pod of logging": Pods(namespace="logging", labels={"app.kubernetes.io/name": "api"}),
    "dns": DNS,
    "dns of the node": ip_address("169.254.20.10"),
    "metadata of the node": ip_address("169.254.169.254"),
    "managed services": ip_address("10.20.3.4"),
    "the network beside": ip_address("10.21.3.4"),
    "a partner": ip_address("203.0.113.7"),
    "the internet": ip_address("8.8.8.8"),
}
PORTS = (22, 53, 80, 443, 5432, 6379, 8080, 9090)


def _open(shop: Shop) -> set[Way]:
    """Try every port of everybody from everybody."""
    platform = Platform(shop.core)
    policies = Policies(platform)
    tiers = {workload.path: Pods.of(workload) for workload in platform.workloads}
    assert sorted(tiers) == list(TIERS)
    ends = {**tiers, **OTHERS}
    return {
        (source, target, protocol, port)
        for source, target in product(ends, ends)
        if source != target and (source in tiers or target in tiers)
        for protocol, port in product(Protocol, PORTS)
        if source not in tiers or policies.lets_out(ends[source], ends[target], protocol, port)
        if target not in tiers or policies.lets_in(ends[source], ends[target], protocol, port)
    }


def _told(shop: Shop) -> Iterator[Way]:
    """Read the same from the facts."""
    for construct in shop.constructs:
        for call in construct.facts.calls:
            port = call.target_port
            for source, target in product(_names(call.source), _names(call.target)):
                yield source, target, port.protocol, port.number
        for metrics in construct.facts.metrics:
            (tier,) = _names(metrics.peer)
            (number,) = (port.number for port in metrics.peer.ports if port.name == metrics.port)
            yield "prometheus", tier, "TCP", number
    for tier, dns, protocol in product(TIERS, ("dns", "dns of the node"), Protocol):
        yield tier, dns, protocol, 53


def _names(end: End) -> list[str]:
    if not isinstance(end, Outside):
        own = f"{end.namespace}/{end.name}"
        return [own if own in TIERS else end.name.replace("-", " ")]
    return [
        name
        for name, other in OTHERS.items()
        if not isinstance(other, Pods)
        and any(other in ip_network(cidr) for cidr in end.cidrs)
        and not any(other in ip_network(cidr) for cidr in end.excluded)
    ]


@pytest.mark.mission("B54")
@pytest.mark.mission("B55")
@pytest.mark.mission("B57")
def test_open_is_what_the_facts_tell(shop: Shop) -> None:
    assert _open(shop) == set(_told(shop))


@pytest.mark.mission("B55")
def test_doors_and_ways_out(shop: Shop) -> None:
    """The same once more, written down by hand."""
    assert {way for way in _open(shop) if not way[1].startswith("dns")} == {
        ("ingress controller", "app/api", "TCP", 8080),
        ("ingress controller", "app/socket", "TCP", 8080),
        ("ingress controller", "app/web", "TCP", 8080),
        ("prometheus", "app/api", "TCP", 9090),
        ("prometheus", "app/socket", "TCP", 9090),
        ("prometheus", "app/web", "TCP", 9090),
        ("a partner", "app/web", "TCP", 8080),
        ("app/web", "app/api", "TCP", 8080),
        ("app/api", "managed services", "TCP", 5432),
        ("app/api", "the internet", "TCP", 443),
        ("app/api", "a partner", "TCP", 443),
        ("app/socket", "managed services", "TCP", 6379),
    }


@pytest.mark.mission("B30")
def test_tiers_reach_only_whom_they_call(shop: Shop) -> None:
    assert reachability(shop.core) == [("app/web", "app/api", "TCP", 8080)]


@pytest.mark.mission("B56")
def test_namespaces_are_closed_both_ways(shop: Shop) -> None:
    namespaces = [namespace["metadata"]["name"] for namespace in find_all(shop.core, "Namespace")]
    for one, other in product(namespaces, namespaces):
        start, target = (Pods(namespace=name, labels={"app": "any"}) for name in (one, other))
        assert not can_reach(shop.core, start, target, 8080)
        assert can_reach(shop.core, start, DNS, 53, "UDP")
