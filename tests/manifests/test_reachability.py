"""NetworkPolicies add up the way the documentation of Kubernetes says."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from constructs_lib.testing import DNS, Connection, Pods, can_reach, reachability
from tests.manifests.platforms import sound

WEB = {"podSelector": {"matchLabels": {"app": "web"}}}
MONITORING = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}


def deployment(name: str, namespace: str, *ports: dict[str, Any], **pod: object) -> dict[str, Any]:
    containers = [{"name": name, "ports": list(ports)}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": containers, **pod},
            },
        },
    }


def policy(target: dict[str, Any], **spec: object) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "policy", "namespace": "app"},
        "spec": {**target, **spec},
    }


def platform(*policies: dict[str, Any]) -> list[dict[str, Any]]:
    """Return web and proxy calling api, a scraper in another namespace, and policies."""
    return [
        deployment("web", "app"),
        deployment("proxy", "app"),
        deployment("api", "app", {"name": "http", "containerPort": 8000}, {"containerPort": 9100}),
        deployment("web", "monitoring"),
        *policies,
    ]


API = {"podSelector": {"matchLabels": {"app": "api"}}}
EVERYBODY = {"app/api", "app/proxy", "app/web", "monitoring/web"}


@pytest.mark.parametrize(
    ("peers", "allowed"),
    [
        pytest.param([WEB], {"app/web"}, id="pods of the namespace of the policy"),
        pytest.param([MONITORING], {"monitoring/web"}, id="all pods of another namespace"),
        pytest.param([WEB | MONITORING], {"monitoring/web"}, id="one item: both must match"),
        pytest.param([WEB, MONITORING], {"app/web", "monitoring/web"}, id="two items: either"),
        pytest.param([{"namespaceSelector": {}}], EVERYBODY, id="all namespaces"),
        pytest.param([{"podSelector": {}}], EVERYBODY - {"monitoring/web"}, id="all pods here"),
        pytest.param([], EVERYBODY, id="no peers: everybody"),
        pytest.param([{"ipBlock": {"cidr": "0.0.0.0/0"}}], set(), id="addresses are no pods"),
        pytest.param(
            [
                {
                    "podSelector": {
                        "matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]
                    }
                }
            ],
            {"app/api", "app/proxy"},
            id="expressions",
        ),
    ],
)
def test_peers(peers: list[dict[str, Any]], allowed: set[str]) -> None:
    manifests = platform(policy(API, ingress=[{"from": peers}]))
    assert {
        connection.source
        for connection in reachability(manifests)
        if connection[1:] == ("app/api", "TCP", 8000)
    } == allowed


@pytest.mark.parametrize(
    ("ports", "allowed"),
    [
        pytest.param([{"port": 8000}], {8000}, id="number"),
        pytest.param([{"port": "http"}], {8000}, id="name"),
        pytest.param([{"port": "https"}], set(), id="name that nobody has"),
        pytest.param([{"port": 8000, "endPort": 9100}], {8000, 9100}, id="range"),
        pytest.param([{"port": 8001, "endPort": 9099}], set(), id="range between"),
        pytest.param([{"port": 8000, "protocol": "UDP"}], set(), id="other protocol"),
        pytest.param([{"protocol": "TCP"}], {8000, 9100}, id="any port of a protocol"),
        pytest.param([{"port": 9100}, {"port": 8000}], {8000, 9100}, id="several"),
        pytest.param([], {8000, 9100}, id="no ports: all"),
    ],
)
@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_ports(direction: str, ports: list[dict[str, Any]], allowed: set[int]) -> None:
    target = API if direction == "ingress" else WEB
    types = [direction.capitalize()]
    manifests = platform(policy(target, policyTypes=types, **{direction: [{"ports": ports}]}))
    assert {
        connection.port
        for connection in reachability(manifests)
        if connection[:2] == ("app/web", "app/api")
    } == allowed


@pytest.mark.parametrize(
    ("spec", "reaches", "is_reached"),
    [
        pytest.param({}, True, False, id="without types only ingress is isolated"),
        pytest.param({"ingress": []}, True, False, id="no ingress rules: nobody"),
        pytest.param({"ingress": [{}]}, True, True, id="an empty ingress rule: everybody"),
        pytest.param({"egress": [{}]}, True, False, id="egress rules isolate egress too"),
        pytest.param({"egress": []}, True, False, id="no egress rules isolate nothing"),
        pytest.param({"egress": [{"ports": [{"port": 1}]}]}, False, False, id="and are looked at"),
        pytest.param({"policyTypes": ["Egress"]}, False, True, id="only egress is isolated"),
        pytest.param({"policyTypes": ["Ingress", "Egress"]}, False, False, id="both"),
        pytest.param(
            {"policyTypes": ["Egress"], "ingress": [{"ports": [{"port": 1}]}]},
            False,
            True,
            id="rules of a direction that is not isolated say nothing",
        ),
    ],
)
def test_directions(spec: dict[str, Any], *, reaches: bool, is_reached: bool) -> None:
    manifests = [
        deployment("api", "app", {"containerPort": 8000}),
        deployment("web", "app", {"containerPort": 3000}),
        policy(WEB, **spec),
    ]
    assert can_reach(manifests, "app/web", "app/api", 8000) is reaches
    assert can_reach(manifests, "app/api", "app/web", 3000) is is_reached


def test_policies_add_up() -> None:
    manifests = platform(
        policy({"podSelector": {}}, policyTypes=["Ingress"]),
        policy(API, ingress=[{"from": [WEB], "ports": [{"port": 8000}]}]),
        policy(API, ingress=[{"from": [MONITORING], "ports": [{"port": 9100}]}]),
    )
    assert reachability(manifests) == [
        Connection("app/web", "app/api", "TCP", 8000),
        Connection("monitoring/web", "app/api", "TCP", 9100),
    ]


def test_policies_act_only_in_their_namespace() -> None:
    elsewhere = {"metadata": {"name": "policy", "namespace": "monitoring"}}
    manifests = platform(policy(API, ingress=[]) | elsewhere)
    assert can_reach(manifests, "app/web", "app/api", 8000)


AGENT = {"podSelector": {"matchLabels": {"app": "agent"}}}


def test_policies_do_not_reach_the_network_of_the_node() -> None:
    manifests = [
        deployment("agent", "app", {"containerPort": 9100}, hostNetwork=True),
        deployment("web", "app", {"containerPort": 3000}),
        policy({"podSelector": {}}, policyTypes=["Ingress"], ingress=[{"from": [AGENT]}]),
    ]
    assert can_reach(manifests, "app/web", "app/agent", 9100)
    assert not can_reach(manifests, "app/agent", "app/web", 3000)


def test_name_service() -> None:
    manifests = sound()
    assert can_reach(manifests, "app/web", DNS, 53, "UDP")
    assert can_reach(manifests, "app/web", DNS, 53)
    assert not can_reach(manifests, "app/web", DNS, 9153)
    assert not can_reach(manifests, DNS, "app/web", 3000)


def test_pods_outside_of_the_platform() -> None:
    controller = Pods(namespace="nginx-ingress", labels={"app": "nginx"})
    assert can_reach(sound(), controller, "app/web", 3000)
    assert not can_reach(sound(), controller, "app/db", 5432)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("198.51.100.7", True),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("2001:db8::1", False),
    ],
)
def test_addresses(address: str, *, allowed: bool) -> None:
    block = {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "169.254.0.0/16"]}
    manifests = platform(policy(WEB, policyTypes=["Egress"], egress=[{"to": [{"ipBlock": block}]}]))
    assert can_reach(manifests, "app/web", ip_address(address), 443) is allowed
    assert can_reach(manifests, "app/proxy", ip_address(address), 443)
    assert not can_reach(manifests, "app/web", "app/api", 8000)


def test_addresses_are_no_pods() -> None:
    manifests = platform(
        policy(WEB, policyTypes=["Egress"], egress=[{"to": [{"podSelector": {}}]}])
    )
    assert not can_reach(manifests, "app/web", ip_address("198.51.100.7"), 443)


def test_addresses_have_no_ports_by_name() -> None:
    manifests = platform(
        policy(WEB, policyTypes=["Egress"], egress=[{"ports": [{"port": "http"}]}])
    )
    assert not can_reach(manifests, "app/web", ip_address("198.51.100.7"), 8000)
    assert can_reach(manifests, "app/web", "app/api", 8000)


def test_fails_for_a_workload_that_is_not_there() -> None:
    with pytest.raises(
        LookupError, match="no workload app/www; there is app/api, app/proxy, app/web"
    ):
        can_reach(platform(), "app/www", "app/api", 8000)
