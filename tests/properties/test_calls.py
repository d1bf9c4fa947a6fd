"""Policies let through the calls of a platform, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

import pytest
from cdk8s import App, Chart
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import (
    AddressFamily,
    Cluster,
    ConfigurationError,
    Dns,
    Namespace,
    Outside,
    Port,
    SecurityBaseline,
)
from constructs_lib.facts import Call, Facts, Neighbour, Peer, TransportProtocol
from constructs_lib.facts.network import End
from constructs_lib.manifests.network_policies import Address, Policies
from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import Pods, find, manifests
from tests.properties.outcomes import try_examples

NAMESPACES = ("app", "data", "app-data")
PORTS = tuple(
    Port(name=f"p{number}-{protocol.lower()}", number=number, protocol=protocol)
    for number in (80, 443)
    for protocol in TransportProtocol
)
RANGES = ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "2001:db8::/32")
ADDRESSES = ("10.0.0.1", "10.1.0.1", "10.1.2.3", "192.0.2.1", "203.0.113.1", "2001:db8::1")

# Names that are alike once they are put together.
PEERS = tuple(
    Peer(name=name, namespace=namespace, selector={"name": name}, ports=PORTS)
    for name, namespace in (
        ("a", "app"),
        ("b", "app"),
        ("data-a", "app"),
        ("a", "app-data"),
        ("b", "data"),
    )
)


@dataclass(frozen=True)
class Workload:
    facts: Facts


@pytest.mark.mission("B54", "B55", "B56", "B57")
def test_what_is_called_can_be_reached_and_nothing_else() -> None:
    def example(data: st.DataObject) -> None:
        peers = data.draw(st.lists(st.sampled_from(PEERS), min_size=3, max_size=4, unique_by=id))
        ends: list[End] = [*peers, *data.draw(st.lists(neighbours() | outsides(), max_size=3))]
        calls = data.draw(st.lists(calls_between(ends, peers), min_size=3, max_size=9))
        app = App()
        Cluster(addresses=AddressFamily.DUAL).attach(app)
        chart = Chart(app, "cluster")
        SecurityBaseline(
            chart,
            "baseline",
            namespaces=[Namespace(name=name) for name in NAMESPACES],
            constructs=[
                Workload(Facts(peers=(peer,), calls=tuple(c for c in calls if c.source is peer)))
                for peer in peers
            ],
            calls=[call for call in calls if not isinstance(call.source, Peer)],
        )
        policies = Policies(Platform(manifests(chart)))
        places = [*map(place, peers), *FOREIGN_PODS, *map(ip_address, ADDRESSES)]
        for source in places:
            for target in places:
                if ours(source, peers) or ours(target, peers):
                    for port in PORTS:
                        reached = policies.allow(source, target, port.protocol, port.number)
                        assert reached == is_called(calls, source, target, port), (
                            source,
                            target,
                            port,
                        )

    try_examples(example)


@pytest.mark.mission("B57")
def test_names_are_resolved_on_the_ports_of_those_who_do_so() -> None:
    def example(data: st.DataObject) -> None:
        ends = st.builds(
            replace,
            neighbours() | outsides(),
            ports=st.sampled_from((PORTS, PORTS, PORTS, PORTS[:1], ())),
        )
        app = App()
        Cluster(dns=Dns(servers=data.draw(st.lists(ends, max_size=2)))).attach(app)
        chart = Chart(app, "cluster")
        SecurityBaseline(chart, "baseline", namespaces=[Namespace(name="app")], constructs=[])
        rules = find(chart, "NetworkPolicy", "allow-dns")["spec"]["egress"]
        assert rules
        assert all(rule["to"] and rule["ports"] for rule in rules)

    try_examples(example, share=0.1)


@given(
    address=st.ip_addresses().map(str) | st.sampled_from(("10.0.0.0", "2001:DB8::", "fe80::%1")),
    mask=st.integers(0, 32) | st.sampled_from(("255.0.0.0", "0.255.255.255", "08", "")),
)
def test_ranges_are_in_the_form_that_kubernetes_reads(address: str, mask: int | str) -> None:
    try:
        range_ = Outside(name="a", cidrs=(f"{address}/{mask}",)).cidrs[0]
    except ConfigurationError:
        return
    assert re.fullmatch(r"([0-9.]+|[0-9a-f:.]+)/(0|[1-9][0-9]*)", range_)


def neighbours() -> st.SearchStrategy[Neighbour]:
    return st.builds(
        Neighbour,
        name=st.just("scraper"),
        namespace=st.sampled_from(("ingress", "monitoring")),
        selector=st.sampled_from(({"name": "a"}, {"name": "b"})),
        ports=st.just(PORTS),
    )


def outsides() -> st.SearchStrategy[Outside]:
    return st.builds(
        Outside,
        name=st.just("store"),
        cidrs=st.lists(st.sampled_from(RANGES), min_size=1, max_size=2, unique=True).map(tuple),
        excluded=st.just(()) | st.just(("10.1.0.0/16",)),
        ports=st.just(PORTS),
    )


FOREIGN_PODS = tuple(
    Pods(namespace=namespace, labels={"name": name})
    for namespace in ("ingress", "monitoring", "other")
    for name in ("a", "b")
)


@st.composite
def calls_between(draw: st.DrawFn, ends: list[End], peers: list[Peer]) -> Call:
    end, peer_ = draw(st.sampled_from(ends)), draw(st.sampled_from(peers))
    source, target = (end, peer_) if draw(st.booleans()) else (peer_, end)
    return Call(source=source, target=target, port=draw(st.sampled_from(PORTS)).name)


def place(end: Peer) -> Pods:
    return Pods(namespace=end.namespace, labels={**end.selector, "track": "stable"})


def ours(end: Pods | Address, peers: list[Peer]) -> bool:
    return any(is_at(peer, end) for peer in peers)


def is_called(
    calls: list[Call], source: Pods | Address, target: Pods | Address, port: Port
) -> bool:
    return any(
        is_at(call.source, source) and is_at(call.target, target) and call.target_port == port
        for call in calls
    )


def is_at(end: End, where: Pods | Address) -> bool:
    """Tell whether an end is where these pods or this address are."""
    if isinstance(end, Outside):
        return (
            not isinstance(where, Pods)
            and any(where in ip_network(cidr) for cidr in end.cidrs)
            and not any(where in ip_network(cidr) for cidr in end.excluded)
        )
    return (
        isinstance(where, Pods)
        and end.namespace == where.namespace
        and end.selector.items() <= where.labels.items()
    )
