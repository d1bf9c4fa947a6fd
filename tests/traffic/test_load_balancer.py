"""A door of its own into a tier, as each of its arguments has it."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import ConfigurationError, Container, Outside, WebTier
from constructs_lib.testing import find
from constructs_lib.traffic import (
    AwsCertificate,
    ClientAffinity,
    ExternalTrafficPolicy,
    LoadBalancer,
)

CONTAINER = Container(image="registry.example.com/shop/web:1.4.2")
OFFICE = ("203.0.113.0/24", "198.51.100.7/32")
ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/5b0e7d3c-1f2a-4c6b-9d8e-7a6b5c4d3e2f"


def service(chart: Chart, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
    door = LoadBalancer(source_ranges=OFFICE, **arguments)
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


@pytest.mark.mission("B28")
def test_certificate(chart: Chart) -> None:
    certificate = AwsCertificate(arn=ARN, policy="ELBSecurityPolicy-FS-1-2-2019-08")
    made = service(chart, ports=(443, 8443), certificate=certificate)
    prefix = "service.beta.kubernetes.io/aws-load-balancer"
    assert made["metadata"]["annotations"] == {
        f"{prefix}-ssl-cert": ARN,
        f"{prefix}-ssl-ports": "443,8443",
        f"{prefix}-ssl-negotiation-policy": "ELBSecurityPolicy-FS-1-2-2019-08",
        f"{prefix}-backend-protocol": "tcp",
    }


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
    door = LoadBalancer(source_ranges=OFFICE, external_traffic_policy=policy)
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
        ({"source_ranges": OFFICE * 2}, "LoadBalancer.source_ranges: got '203.0.113.0/24'; name"),
    ],
)
def test_fails(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        LoadBalancer(**{"source_ranges": OFFICE, **arguments})
    assert says in str(refused.value)


def test_fails_with_a_policy_that_is_no_name() -> None:
    with pytest.raises(ConfigurationError, match=r"AwsCertificate\.policy: got 'TLS 1\.3'; use"):
        AwsCertificate(arn=ARN, policy="TLS 1.3")
