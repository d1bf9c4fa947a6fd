"""Connections are open for what the constructs tell of, and for nothing else.

Of pods and addresses that are not of the platform, only the platform's side is judged. Agents on
the network of their node are no ends here: policies do not reach them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from itertools import product

import pytest

from constructs_lib.facts.network import Call, End, Outside, TransportProtocol
from constructs_lib.manifests.network_policies import Address, ConnectionEnd, Direction, Policies
from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import DNS, Pods, can_reach, find_all, reachability
from tests.platform.reading import TIERS
from tests.platform.shop import Shop

Way = tuple[str, str, str, int]

OTHERS: dict[str, Pods | Address] = {
    "ingress controller": Pods(
        namespace="nginx-ingress", labels={"app.kubernetes.io/name": "nginx-ingress"}
    ),
    "beside the controller": Pods(namespace="nginx-ingress", labels={}),
    "elsewhere, called prometheus": Pods(
        namespace="kube-system", labels={"app.kubernetes.io/name": "prometheus"}
    ),
    "a pod of app": Pods(namespace="app", labels={"app.kubernetes.io/name": "debug"}),
    "a pod of logging": Pods(namespace="logging", labels={"app.kubernetes.io/name": "api"}),
    "dns": DNS,
    "dns of the node": ip_address("169.254.20.10"),
    "metadata of the node": ip_address("169.254.169.254"),
    "api server": ip_address("10.0.0.5"),
    "a node": ip_address("10.0.1.2"),
    "managed services": ip_address("10.20.3.4"),
    "the network beside": ip_address("10.21.3.4"),
    "a partner": ip_address("203.0.113.7"),
    "the internet": ip_address("8.8.8.8"),
    "the payment service": ip_address("198.51.100.7"),
    "the identity provider": ip_address("198.51.100.70"),
    "pods and metadata of some clouds": ip_address("100.64.0.1"),
}
# What nobody serves here.
CLOSED_PORTS = {22, 53, 80}


class _Remembering(Policies):
    """Finds the policies of an end once: thousands of ways are tried between few ends."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform)
        self._known: dict[tuple[int, Direction], list[Mapping[str, object]]] = {}

    def isolating(self, end: ConnectionEnd, direction: Direction) -> list[Mapping[str, object]]:
        key = (id(end), direction)
        if key not in self._known:
            self._known[key] = super().isolating(end, direction)
        return self._known[key]


def _calls(shop: Shop) -> list[Call]:
    return [call for construct in shop.made.constructs for call in construct.facts.calls]


@pytest.fixture(scope="module")
def pods(shop: Shop) -> dict[str, Pods]:
    """Return the pods of the platform, by the path of their workload."""
    found = {workload.path: Pods.of(workload) for workload in Platform(shop.core).workloads}
    return {path: each for path, each in found.items() if not each.on_host_network}


@pytest.fixture(scope="module")
def ways(shop: Shop, pods: Mapping[str, Pods]) -> set[Way]:
    """Try every port of everybody from everybody."""
    policies = _Remembering(Platform(shop.core))
    ends = {**pods, **OTHERS}
    numbers = {call.target_port.number for call in _calls(shop)} | CLOSED_PORTS
    return {
        (source, target, protocol, port)
        for source, target in product(ends, ends)
        if source in pods or target in pods
        for protocol, port in product(TransportProtocol, sorted(numbers))
        if source not in pods or policies.lets_out(ends[source], ends[target], protocol, port)
        if target not in pods or policies.lets_in(ends[source], ends[target], protocol, port)
    }


def _told(shop: Shop, pods: Mapping[str, Pods]) -> Iterator[Way]:
    """Read the same from the facts."""
    ends = {**pods, **OTHERS}
    for call in _calls(shop):
        port = call.target_port
        for source, target in product(_names(call.source, ends), _names(call.target, ends)):
            yield source, target, port.protocol, port.number
    for source, dns, protocol in product(pods, ("dns", "dns of the node"), TransportProtocol):
        yield source, dns, protocol, 53


def _names(end: End, ends: Mapping[str, Pods | Address]) -> list[str]:
    """Return which of the ends one of the facts is."""
    if isinstance(end, Outside):
        return [
            name
            for name, other in ends.items()
            if not isinstance(other, Pods)
            and any(other in ip_network(cidr) for cidr in end.cidrs)
            and not any(other in ip_network(cidr) for cidr in end.excluded)
        ]
    return [
        name
        for name, other in ends.items()
        if isinstance(other, Pods)
        and other.namespace == end.namespace
        and end.selector.items() <= other.labels.items()
    ]


@pytest.mark.mission("B54")
@pytest.mark.mission("B55")
@pytest.mark.mission("B57")
def test_open_is_what_the_facts_tell(shop: Shop, pods: dict[str, Pods], ways: set[Way]) -> None:
    assert len(pods) > 20
    assert ways == set(_told(shop, pods))


@pytest.mark.mission("B55")
def test_doors(ways: set[Way], pods: dict[str, Pods]) -> None:
    """Who comes in from outside of the platform, written down by hand."""
    assert {way for way in ways if way[0] not in pods} == {
        ("ingress controller", "app/api", "TCP", 8080),
        ("ingress controller", "app/socket", "TCP", 8080),
        ("ingress controller", "app/web", "TCP", 8080),
        ("ingress controller", "monitoring/grafana", "TCP", 3000),
        ("a partner", "app/web", "TCP", 8080),
        ("api server", "monitoring/prometheus-adapter", "TCP", 6443),
    }


@pytest.mark.mission("B55")
def test_ways_out(ways: set[Way], pods: dict[str, Pods]) -> None:
    """Who gets out of the platform, and where to, written down by hand."""
    out: dict[tuple[str, int], set[str]] = {}
    for source, target, _, port in ways:
        if target not in pods and not target.startswith("dns"):
            out.setdefault((target, port), set()).add(source)
    jobs = ("backup-differential", "backup-full", "restore-drill")
    anywhere = {
        *("app/postgres", "app/postgres-verification", *(f"app/postgres-{job}" for job in jobs)),
        *("monitoring/alertmanager", "monitoring/blackbox", "monitoring/configuration-backup"),
    }
    assert out.pop(("the internet", 443)) == out.pop(("a partner", 443)) == anywhere
    assert out.pop(("the payment service", 443)) == {*anywhere, "app/api"}
    assert out.pop(("the identity provider", 443)) == {*anywhere, "monitoring/grafana"}
    assert out.pop(("api server", 443)) == {
        *("app/postgres", "monitoring/cluster-events", "monitoring/configuration-backup"),
        "monitoring/kube-state-metrics",
        *("monitoring/prometheus", "monitoring/prometheus-adapter", "node-agents/filebeat"),
    }
    # The API server is on a node of its own.
    for target, port in product(("a node", "api server"), (9100, 10250)):
        assert out.pop((target, port)) == {"monitoring/prometheus"}
    assert out == {("managed services", 6379): {"app/socket"}}


@pytest.mark.mission("B30")
def test_tiers_reach_only_whom_they_call(shop: Shop) -> None:
    assert [way for way in reachability(shop.core) if way.source.removeprefix("app/") in TIERS] == [
        ("app/api", "app/postgres-rw", "TCP", 6432),
        ("app/web", "app/api", "TCP", 8080),
    ]


@pytest.mark.mission("B56")
def test_namespaces_are_closed_both_ways(shop: Shop) -> None:
    namespaces = [namespace["metadata"]["name"] for namespace in find_all(shop.core, "Namespace")]
    assert len(namespaces) > 3
    for one, other in product(namespaces, namespaces):
        start, target = (Pods(namespace=name, labels={"app": "any"}) for name in (one, other))
        assert not can_reach(shop.core, start, target, 8080)
        assert can_reach(shop.core, start, DNS, 53, "UDP")
