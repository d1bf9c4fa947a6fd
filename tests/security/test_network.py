"""NetworkPolicies: all is closed but DNS, and each call is open at the ends of the app."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    Cluster,
    ConfigurationError,
    Dns,
    Namespace,
    Outside,
    PodDefaults,
    Port,
    SecurityBaseline,
)
from constructs_lib.facts import Call, Facts, Neighbour, Peer, TransportProtocol
from constructs_lib.pods import HttpProxy
from constructs_lib.testing import find, find_all
from tests.security.workloads import Workload, peer

HTTP = Port(name="http", number=8080)
METRICS = Port(name="metrics", number=9090)
WEB = peer("web")
API = peer("api", ports=(HTTP, METRICS))
STORE = peer("store", namespace="data", ports=(Port(name="sql", number=5432),))
INTERNET = Outside(
    name="internet",
    cidrs=("0.0.0.0/0", "2000::/3"),
    excluded=("10.0.0.0/8", "192.168.0.0/16", "2001:db8::/32"),
    ports=(Port(name="https", number=443),),
)


def _baseline(
    cluster: Chart, *calls: Call, further: Sequence[Call] = (), peers: Sequence[Peer] = (WEB, API)
) -> None:
    SecurityBaseline(
        cluster,
        "baseline",
        namespaces=[Namespace(name="app"), Namespace(name="data")],
        constructs=[Workload(facts=Facts(peers=tuple(peers), calls=calls))],
        calls=further,
    )


def _names(cluster: Chart, namespace: str = "app") -> list[str]:
    return [
        policy["metadata"]["name"]
        for policy in find_all(cluster, "NetworkPolicy", namespace=namespace)
    ]


@pytest.mark.mission("B54")
@pytest.mark.mission("B56")
def test_closed_but_for_dns(cluster: Chart, manifest: SnapshotAssertion) -> None:
    _baseline(cluster)
    assert _names(cluster) == _names(cluster, "data") == ["default-deny", "allow-dns"]
    assert find_all(cluster, "NetworkPolicy", namespace="app") == manifest


@pytest.mark.parametrize(
    "proxy",
    [
        Neighbour(
            name="proxy",
            namespace="egress",
            selector={"app": "squid"},
            ports=(Port(name="proxy", number=3128),),
        ),
        Outside(name="proxy", cidrs=("192.0.2.10/32",), ports=(Port(name="proxy", number=3128),)),
    ],
    ids=["pods", "addresses"],
)
def test_all_pods_may_go_by_their_proxy(app: App, proxy: Neighbour | Outside) -> None:
    told = HttpProxy(url="http://proxy.example.com:3128", target=proxy)
    PodDefaults(proxy=told).attach(app)
    cluster = Chart(app, "cluster")
    _baseline(cluster, peers=(WEB, API, STORE))
    assert {"web-to-proxy", "api-to-proxy"} <= set(_names(cluster))
    (rule,) = find(cluster, "NetworkPolicy", "store-to-proxy")["spec"]["egress"]
    assert rule["ports"] == [{"port": 3128, "protocol": "TCP"}]


def test_fails_for_a_proxy_without_a_port() -> None:
    deaf = Outside(name="proxy", cidrs=("192.0.2.10/32",))
    with pytest.raises(ConfigurationError, match=r"HttpProxy\.target: .*the port that is called"):
        HttpProxy(url="http://proxy.example.com:3128", target=deaf)


@pytest.mark.mission("B57")
def test_dns_of_ones_own(app: App) -> None:
    dns = Outside(
        name="dns",
        cidrs=("10.0.0.10/32",),
        ports=(Port(name="dns", number=53, protocol=TransportProtocol.UDP),),
    )
    Cluster(dns=Dns(servers=[dns])).attach(app)
    cluster = Chart(app, "cluster")
    SecurityBaseline(cluster, "baseline", namespaces=[Namespace(name="app")], constructs=[])
    assert find(cluster, "NetworkPolicy", "allow-dns")["spec"]["egress"] == [
        {"ports": [{"port": 53, "protocol": "UDP"}], "to": [{"ipBlock": {"cidr": "10.0.0.10/32"}}]}
    ]


@pytest.mark.mission("B54")
def test_call_within_the_app_opens_both_ends(cluster: Chart, manifest: SnapshotAssertion) -> None:
    _baseline(cluster, Call(source=WEB, target=API, port="http"))
    assert _names(cluster)[2:] == ["web-to-api", "api-from-web"]
    assert [find(cluster, "NetworkPolicy", name) for name in _names(cluster)[2:]] == manifest


@pytest.mark.mission("B56")
def test_call_into_another_namespace(cluster: Chart) -> None:
    _baseline(cluster, Call(source=API, target=STORE, port="sql"), peers=[API, STORE])
    assert _names(cluster)[2:] == ["api-to-store"]
    assert _names(cluster, "data")[2:] == ["store-from-api"]
    assert find(cluster, "NetworkPolicy", "store-from-api")["spec"] == {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "store"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [
                    {
                        "namespaceSelector": {
                            "matchLabels": {"kubernetes.io/metadata.name": "app"}
                        },
                        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "api"}},
                    }
                ],
                "ports": [{"port": 5432, "protocol": "TCP"}],
            }
        ],
    }


@pytest.mark.mission("B54")
def test_neighbour_that_calls(cluster: Chart) -> None:
    prometheus = Neighbour(
        name="prometheus", namespace="metrics", selector={"app.kubernetes.io/name": "prometheus"}
    )
    _baseline(cluster, further=[Call(source=prometheus, target=API, port="metrics")])
    assert _names(cluster)[2:] == ["api-from-prometheus"]
    (rule,) = find(cluster, "NetworkPolicy", "api-from-prometheus")["spec"]["ingress"]
    assert rule["from"][0]["namespaceSelector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "metrics"
    }
    assert rule["ports"] == [{"port": 9090, "protocol": "TCP"}]


@pytest.mark.mission("B54")
def test_neighbour_that_is_called(cluster: Chart) -> None:
    queue = Neighbour(
        name="queue",
        namespace="queues",
        selector={"app": "queue"},
        ports=(Port(name="amqp", number=5672),),
    )
    _baseline(cluster, Call(source=WEB, target=queue, port="amqp"))
    assert _names(cluster)[2:] == ["web-to-queue"]
    (rule,) = find(cluster, "NetworkPolicy", "web-to-queue")["spec"]["egress"]
    assert rule["to"][0]["podSelector"]["matchLabels"] == {"app": "queue"}


@pytest.mark.mission("B55")
def test_outside_that_is_called(cluster: Chart) -> None:
    _baseline(cluster, Call(source=WEB, target=INTERNET, port="https"))
    assert find(cluster, "NetworkPolicy", "web-to-internet")["spec"]["egress"] == [
        {
            "ports": [{"port": 443, "protocol": "TCP"}],
            "to": [
                {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "192.168.0.0/16"]}},
                {"ipBlock": {"cidr": "2000::/3", "except": ["2001:db8::/32"]}},
            ],
        }
    ]


@pytest.mark.mission("B55")
def test_outside_that_calls(cluster: Chart) -> None:
    office = Outside(name="office", cidrs=("203.0.113.0/24",))
    _baseline(cluster, Call(source=office, target=API, port="http"))
    assert find(cluster, "NetworkPolicy", "api-from-office")["spec"]["ingress"] == [
        {
            "ports": [{"port": 8080, "protocol": "TCP"}],
            "from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}],
        }
    ]


@pytest.mark.mission("B57")
def test_ports_of_one_pair_share_a_policy(cluster: Chart) -> None:
    statsd = Port(name="statsd", number=8125, protocol=TransportProtocol.UDP)
    api = peer("api", ports=(HTTP, METRICS, statsd))
    http = Call(source=WEB, target=api, port="http")
    _baseline(
        cluster,
        http,
        Call(source=WEB, target=api, port="statsd"),
        http,
        further=[Call(source=WEB, target=api, port="metrics")],
        peers=[WEB, api],
    )
    assert _names(cluster)[2:] == ["web-to-api", "api-from-web"]
    ports = [
        {"port": 8080, "protocol": "TCP"},
        {"port": 8125, "protocol": "UDP"},
        {"port": 9090, "protocol": "TCP"},
    ]
    assert find(cluster, "NetworkPolicy", "web-to-api")["spec"]["egress"][0]["ports"] == ports
    assert find(cluster, "NetworkPolicy", "api-from-web")["spec"]["ingress"][0]["ports"] == ports
