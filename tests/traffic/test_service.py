"""A Service says what is spoken on it, so that no gateway or mesh has to guess."""

from __future__ import annotations

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Port,
    Replicas,
    SocketTier,
    Workload,
)
from constructs_lib.facts import TransportProtocol
from constructs_lib.labels import Identity
from constructs_lib.pods import TcpCheck
from constructs_lib.pods.lifecycle import Shutdown
from constructs_lib.pods.probes import Probe
from constructs_lib.rollouts import BlueGreen, Color
from constructs_lib.runtimes import Signals
from constructs_lib.testing import check, find, find_all
from constructs_lib.tiers.exposure import Exposure
from constructs_lib.tiers.tier import Tier
from constructs_lib.traffic import LoadBalancer
from tests.tiers.ends import CONTAINER


@pytest.mark.mission("B108")
@pytest.mark.parametrize(
    ("kind", "protocol"), [(ApiTier, "http"), (SocketTier, "kubernetes.io/ws")]
)
def test_the_protocol_is_said(
    kind: type[ApiTier | SocketTier], protocol: str, chart: Chart
) -> None:
    kind(chart, "shop", container=CONTAINER, scaling=Replicas(count=1))
    (port,) = find(chart, "Service", "shop")["spec"]["ports"]
    assert port["appProtocol"] == protocol


def mail(chart: Chart, exposure: Exposure, *ports: Port, workload: Workload = Workload()) -> Tier:
    """A tier that speaks no HTTP."""
    container = Container(
        image="registry.example.com/mail:1.0.0",
        ports=ports,
        liveness=Probe(check=TcpCheck(), port=ports[0].number) if ports else None,
        readiness=Probe(check=TcpCheck(), port=ports[0].number) if ports else None,
    )
    signals = Signals()
    pod = workload.pod(
        Identity.of(chart, "mail", component="mail"),
        container,
        shutdown=Shutdown(drain_seconds=30),
        signals=signals,
    )
    scaling = Replicas(count=3)
    return Tier(
        chart, "mail", pod, workload=workload, scaling=scaling, signals=signals, exposure=exposure
    )


def test_a_tier_may_speak_something_else(chart: Chart) -> None:
    ports = (
        Port(name="smtp", number=2525),
        Port(name="dns", number=5353, protocol=TransportProtocol.UDP),
        Port(name="metrics", number=9090),
    )
    rollout = BlueGreen(active=Color.BLUE, green="registry.example.com/mail:1.1.0")
    tier = mail(chart, Exposure(), *ports, workload=Workload(rollout=rollout))
    offered = [
        {"name": "smtp", "port": 2525, "targetPort": "smtp"},
        {"name": "dns", "port": 5353, "targetPort": "dns", "protocol": "UDP"},
    ]
    made = find_all(chart, "Service")
    assert len(made) == len(tier.services) == 2
    assert all(each["spec"]["ports"] == offered for each in made)
    selectors = [each["spec"]["selector"] for each in made]
    assert selectors[0] != selectors[1]
    (footprint,) = tier.facts.footprints
    assert footprint.objects["services"] == 2
    check(chart)


def test_fails_when_a_way_in_leads_to_what_is_no_http(chart: Chart) -> None:
    balancer = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))
    says = r"Container\.ports: got \['smtp'\]; name one 'http'"
    with pytest.raises(ConfigurationError, match=says):
        mail(chart, Exposure(load_balancers=[balancer]), Port(name="smtp", number=2525))


def test_fails_with_a_service_of_no_port(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Container\.ports: got \(\); name a port"):
        mail(chart, Exposure())
