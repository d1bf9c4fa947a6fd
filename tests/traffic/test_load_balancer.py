"""A door of its own into a tier, as each of its arguments has it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    AddressFamily,
    ApiTier,
    Cluster,
    ConfigurationError,
    Container,
    Outside,
    Replicas,
    SocketTier,
    WebTier,
)
from constructs_lib.testing import find
from constructs_lib.traffic import (
    Aws,
    AwsCertificate,
    Azure,
    ClientAffinity,
    Cloud,
    ExternalTrafficPolicy,
    Gke,
    LoadBalancer,
    MetalLb,
    PodTargets,
)

CONTAINER = Container(image="registry.example.com/shop/web:1.4.2")
OFFICE = ("203.0.113.0/24", "198.51.100.7/32")
ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/5b0e7d3c-1f2a-4c6b-9d8e-7a6b5c4d3e2f"


def service(chart: Chart, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
    door = LoadBalancer(**{"source_ranges": OFFICE, "ports": (80,), **arguments})
    WebTier(chart, "web", container=CONTAINER, load_balancer=door)
    return find(chart, "Service", "web-public")


@pytest.mark.mission("B25")
@pytest.mark.mission("B55")
def test_only_named_ranges_come_in(chart: Chart) -> None:
    spec = service(chart)["spec"]
    assert spec["type"] == "LoadBalancer"
    assert spec["loadBalancerSourceRanges"] == list(OFFICE)
    assert "loadBalancerClass" not in spec


@pytest.mark.mission("B26")
def test_ports_lead_to_the_one_of_the_pods(chart: Chart) -> None:
    assert service(chart, ports=(80, 443))["spec"]["ports"] == [
        {"name": "public-80", "port": 80, "targetPort": "http"},
        {"name": "public-443", "port": 443, "targetPort": "http"},
    ]


@pytest.mark.mission("B27")
@pytest.mark.parametrize(
    ("affinity", "written"),
    [
        (None, {}),
        (
            ClientAffinity(timeout_seconds=600),
            {
                "sessionAffinity": "ClientIP",
                "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 600}},
            },
        ),
    ],
)
def test_session_affinity(
    chart: Chart, affinity: ClientAffinity | None, written: dict[str, Any]
) -> None:
    spec = service(chart, session_affinity=affinity)["spec"]
    assert {key: spec[key] for key in spec if key.startswith("sessionAffinity")} == written


AWS = "service.beta.kubernetes.io/aws-load-balancer"


def written(chart: Chart, **arguments: Any) -> dict[str, str]:  # noqa: ANN401
    annotations: dict[str, str] = service(chart, **arguments)["metadata"].get("annotations", {})
    return annotations


@pytest.mark.mission("B28")
def test_certificate(chart: Chart) -> None:
    certificate = AwsCertificate(arn=ARN, policy="ELBSecurityPolicy-FS-1-2-2019-08")
    assert written(chart, ports=(80, 443, 8443), cloud=Aws(certificate=certificate)) == {
        f"{AWS}-scheme": "internet-facing",
        f"{AWS}-nlb-target-type": "instance",
        f"{AWS}-ssl-cert": ARN,
        f"{AWS}-ssl-ports": "443,8443",
        f"{AWS}-ssl-negotiation-policy": "ELBSecurityPolicy-FS-1-2-2019-08",
        f"{AWS}-backend-protocol": "tcp",
    }


@pytest.mark.mission("B25")
@pytest.mark.parametrize(
    ("cloud", "outside", "inside"),
    [
        (
            Aws(),
            {f"{AWS}-scheme": "internet-facing", f"{AWS}-nlb-target-type": "instance"},
            {f"{AWS}-scheme": "internal", f"{AWS}-nlb-target-type": "instance"},
        ),
        (
            Gke(),
            {"cloud.google.com/l4-rbs": "enabled"},
            {"networking.gke.io/load-balancer-type": "Internal"},
        ),
        (Azure(), {}, {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}),
        (MetalLb(), {}, {}),
        (
            MetalLb(address_pool="edge"),
            {"metallb.io/address-pool": "edge"},
            {"metallb.io/address-pool": "edge"},
        ),
        (None, {}, {}),
    ],
    ids=str,
)
def test_it_faces_the_internet_if_a_client_does(
    chart: Chart, cloud: Cloud | None, outside: dict[str, str], inside: dict[str, str]
) -> None:
    mixed = ("10.0.0.0/8", "203.0.113.0/24")
    private = ("10.0.0.0/8", "192.168.7.0/24", "100.64.0.0/16", "fd00:1::/32")
    for id, ranges, expected in (
        ("a", mixed, outside),
        ("b", ("0.0.0.0/0",), outside),
        ("c", ("2001:db8::/32",), outside),
        ("d", private, inside),
    ):
        door = LoadBalancer(source_ranges=ranges, ports=(80,), cloud=cloud)
        WebTier(chart, id, container=CONTAINER, load_balancer=door)
        made = find(chart, "Service", f"{id}-public")["metadata"].get("annotations", {})
        assert made == expected, ranges


def test_aws_sends_to_pods_where_they_have_addresses(chart: Chart) -> None:
    targets = PodTargets(health_ranges=("10.0.16.0/20",))
    door = LoadBalancer(source_ranges=OFFICE, ports=(80,), cloud=Aws(targets=targets))
    web = WebTier(chart, "web", container=CONTAINER, load_balancer=door)
    made = find(chart, "Service", "web-public")
    assert made["spec"]["loadBalancerClass"] == "service.k8s.aws/nlb"
    attributes = made["metadata"]["annotations"][f"{AWS}-target-group-attributes"]
    assert attributes == (
        "preserve_client_ip.enabled=true,stickiness.enabled=true,stickiness.type=source_ip"
    )
    # It asks them whether they are well.
    (call,) = (call for call in web.facts.calls if call.target == web.peer)
    assert call.source == Outside(name="web-clients", cidrs=(*OFFICE, "10.0.16.0/20"))
    assert door.detach_seconds > replace(door, cloud=Aws()).detach_seconds
    one = replace(door, session_affinity=None)
    WebTier(chart, "one", container=CONTAINER, load_balancer=one)
    annotations = find(chart, "Service", "one-public")["metadata"]["annotations"]
    assert annotations[f"{AWS}-target-group-attributes"] == "preserve_client_ip.enabled=true"


@pytest.mark.mission("B25")
@pytest.mark.parametrize("tier", [ApiTier, SocketTier, WebTier])
def test_any_tier_has_one(chart: Chart, tier: type[ApiTier | SocketTier | WebTier]) -> None:
    door = LoadBalancer(source_ranges=OFFICE, ports=(80,))
    made = tier(chart, "any", container=CONTAINER, load_balancer=door, scaling=Replicas(count=1))
    assert find(chart, "Service", "any-public")["spec"]["type"] == "LoadBalancer"
    assert made.facts.footprints[0].objects["services.loadbalancers"] == 1
    assert door.clients("any") in [call.source for call in made.facts.calls]


def test_it_has_labels_and_annotations_of_its_own(chart: Chart) -> None:
    name = {"external-dns.alpha.kubernetes.io/hostname": "partners.example.com"}
    made = service(chart, cloud=Gke(), annotations=name, labels={"team": "shop"})
    assert made["metadata"]["annotations"] == {"cloud.google.com/l4-rbs": "enabled", **name}
    assert made["metadata"]["labels"]["team"] == "shop"


def test_443_is_usual_where_the_cloud_ends_tls(chart: Chart) -> None:
    door = LoadBalancer(source_ranges=OFFICE, cloud=Aws(certificate=AwsCertificate(arn=ARN)))
    WebTier(chart, "web", container=CONTAINER, load_balancer=door)
    made = find(chart, "Service", "web-public")
    assert [port["port"] for port in made["spec"]["ports"]] == [443]
    assert made["metadata"]["annotations"][f"{AWS}-ssl-ports"] == "443"


@pytest.mark.parametrize("cloud", [None, Aws(), Azure(), Gke(), MetalLb()], ids=str)
def test_fails_with_443_by_default_where_nobody_ends_tls(cloud: Cloud | None) -> None:
    says = r"LoadBalancer\.ports: got .*; say ports=\(80,\) for plain HTTP, ports=\(443,\) where"
    with pytest.raises(ConfigurationError, match=says):
        LoadBalancer(source_ranges=OFFICE, cloud=cloud)
    LoadBalancer(source_ranges=OFFICE, cloud=cloud, ports=(443,))


def test_fails_with_a_certificate_for_no_port() -> None:
    with pytest.raises(ConfigurationError, match=r"got \(80,\); open one that TLS ends on"):
        LoadBalancer(
            source_ranges=OFFICE, ports=(80,), cloud=Aws(certificate=AwsCertificate(arn=ARN))
        )


@pytest.mark.parametrize("addresses", AddressFamily)
def test_aws_has_addresses_of_both_families_where_the_cluster_has_ipv6(
    addresses: AddressFamily,
) -> None:
    app = App()
    Cluster(addresses=addresses).attach(app)
    targets = PodTargets(health_ranges=("2001:db8::/64", "10.0.0.0/24"))
    chart = Chart(app, "app", namespace="app")
    made = written(chart, source_ranges=("::/0", "0.0.0.0/0"), cloud=Aws(targets=targets))
    family = made.get(f"{AWS}-ip-address-type")
    assert family == (None if addresses is AddressFamily.IPV4 else "dualstack")


def silent(chart: Chart, door: LoadBalancer, **arguments: Any) -> dict[str, str]:  # noqa: ANN401
    SocketTier(
        chart,
        "socket",
        container=CONTAINER,
        scaling=Replicas(count=1),
        load_balancer=door,
        **arguments,
    )
    made = find(chart, "Service", "socket-public")["metadata"].get("annotations", {})
    return {key: value for key, value in made.items() if "idle" in f"{key}{value}"}


@pytest.mark.mission("B35")
@pytest.mark.parametrize(
    ("cloud", "idle"),
    [
        (
            Aws(),
            {
                f"{AWS}-listener-attributes.TCP-{port}": "tcp.idle_timeout.seconds=3600"
                for port in (80, 443)
            },
        ),
        (Azure(), {"service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout": "60"}),
        (Gke(), {}),
        (MetalLb(), {}),
        (None, {}),
    ],
    ids=str,
)
def test_a_load_balancer_lets_websockets_be_silent(
    chart: Chart, cloud: Cloud | None, idle: dict[str, str]
) -> None:
    door = LoadBalancer(source_ranges=OFFICE, ports=(80, 443), cloud=cloud)
    assert silent(chart, door) == idle


@pytest.mark.parametrize("cloud", [Aws(), Azure()], ids=str)
def test_a_load_balancer_is_told_nothing_of_connections_that_ping(
    chart: Chart, cloud: Cloud
) -> None:
    door = LoadBalancer(source_ranges=OFFICE, ports=(80,), cloud=cloud)
    assert silent(chart, door, silent_seconds=30) == {}


@pytest.mark.parametrize(
    ("cloud", "most"),
    [(Aws(certificate=AwsCertificate(arn=ARN)), 350), (Aws(), 6000), (Azure(), 6000)],
    ids=str,
)
def test_fails_when_a_websocket_may_be_silent_for_longer_than_the_load_balancer_keeps_it(
    chart: Chart, cloud: Cloud, most: int
) -> None:
    door = LoadBalancer(source_ranges=OFFICE, ports=(443,), cloud=cloud)
    says = rf"silent_seconds: got {most + 1}; use at most the {most} seconds that the LoadBal"
    with pytest.raises(ConfigurationError, match=says):
        silent(chart, door, silent_seconds=most + 1)
    silent(chart, door, silent_seconds=most)


def test_no_certificate(chart: Chart) -> None:
    assert "annotations" not in service(chart)["metadata"]


@pytest.mark.mission("B55")
@pytest.mark.parametrize(
    ("policy", "seen"),
    [
        (ExternalTrafficPolicy.LOCAL, OFFICE),
        (ExternalTrafficPolicy.CLUSTER, ("0.0.0.0/0", "::/0")),
    ],
)
def test_network_policies_see_clients_only_where_their_address_is_kept(
    chart: Chart, policy: ExternalTrafficPolicy, seen: tuple[str, ...]
) -> None:
    door = LoadBalancer(source_ranges=OFFICE, ports=(80,), external_traffic_policy=policy)
    assert door.clients("web") == Outside(name="web-clients", cidrs=seen)
    spec = service(chart, external_traffic_policy=policy)["spec"]
    assert spec["externalTrafficPolicy"] == policy.value


def test_controller_of_its_own(chart: Chart) -> None:
    spec = service(chart, load_balancer_class="service.k8s.aws/nlb")["spec"]
    assert spec["loadBalancerClass"] == "service.k8s.aws/nlb"


@pytest.mark.mission("B136")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"ports": ()}, "LoadBalancer.ports: got (); open at least one port"),
        ({"ports": (443, 443)}, "LoadBalancer.ports: got 443; name each only once"),
        ({"ports": (65_536,)}, "LoadBalancer.ports: got 65536; use a whole number from 1 to 65535"),
        ({"load_balancer_class": "a b"}, "LoadBalancer.load_balancer_class: got 'a b'"),
        ({"annotations": {"a b": "c"}}, "LoadBalancer.annotations: got 'a b'"),
        ({"labels": {"track": "c"}}, "LoadBalancer.labels: got 'track'"),
        (
            {"cloud": Aws(), "load_balancer_class": "x"},
            "LoadBalancer.load_balancer_class: got 'x'; leave it out, or the cloud, whose class is",
        ),
        (
            {"cloud": Aws(), "annotations": {f"{AWS}-scheme": "internal"}},
            "leave it out: LoadBalancer.cloud writes it",
        ),
        ({"source_ranges": OFFICE * 2}, "LoadBalancer.source_ranges: got '203.0.113.0/24'; name"),
    ],
)
def test_fails(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        LoadBalancer(**{"source_ranges": OFFICE, "ports": (80,), **arguments})
    assert says in str(refused.value)


def test_fails_with_a_policy_that_is_no_name() -> None:
    with pytest.raises(ConfigurationError, match=r"AwsCertificate\.policy: got 'TLS 1\.3'; use"):
        AwsCertificate(arn=ARN, policy="TLS 1.3")


@pytest.mark.parametrize(
    ("ranges", "says"), [((), "name who may come in"), (("10.0.0.1/8",), "use a range such as")]
)
def test_fails_without_the_subnets_of_a_balancer_that_asks_pods(
    ranges: tuple[str, ...], says: str
) -> None:
    with pytest.raises(ConfigurationError, match=rf"PodTargets\.health_ranges: got .*; {says}"):
        PodTargets(health_ranges=ranges)


def test_fails_with_a_pool_that_is_no_name() -> None:
    with pytest.raises(ConfigurationError, match=r"MetalLb\.address_pool: got 'a b'"):
        MetalLb(address_pool="a b")
