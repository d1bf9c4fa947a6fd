"""The websocket tier: its full picture once, then brokers, draining and routes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    Autoscaling,
    BlueGreen,
    Canary,
    Color,
    ConfigurationError,
    Lifecycle,
    NginxIngress,
    Replicas,
    RollingUpdate,
    Route,
    SecretRef,
    SocketTier,
    TrafficPolicy,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.facts import Call, PodMetric, SecretUse
from constructs_lib.rollouts import Rollout
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.testing import find, find_all
from constructs_lib.tiers import WEBSOCKET_ROUTE
from constructs_lib.traffic import WEBSOCKET_POLICY, Renderer, SessionCookie, Spoken
from tests.tiers.ends import BROKER, CATALOGUE, CONTAINER, HOST, IMAGE, REDIS
from tests.tiers.reading import container, env, mounts, pod


def test_defaults(chart: Chart, manifest: SnapshotAssertion) -> None:
    SocketTier(chart, "socket", container=CONTAINER, broker=BROKER, host=HOST)
    assert chart == manifest


@pytest.mark.mission("B29")
def test_inside_of_the_cluster(chart: Chart) -> None:
    socket = SocketTier(chart, "socket", container=CONTAINER, broker=BROKER)
    assert find_all(chart, "Ingress") == []
    assert socket.facts.routes == ()
    assert [service["spec"]["type"] for service in find_all(chart, "Service")] == ["ClusterIP"]
    assert socket.facts.calls == (Call(source=socket.peer, target=REDIS, port="redis"),)


@pytest.mark.mission("B62")
def test_broker_with_a_password(chart: Chart) -> None:
    secret = SecretRef(name="socket-broker", keys=("password",), revision="7")
    broker = replace(BROKER, secret=secret)
    socket = SocketTier(chart, "socket", container=CONTAINER, broker=broker)
    assert env(chart, "socket")["BROKER_HOST"] == "redis.example.com"
    assert env(chart, "socket")["BROKER_PORT"] == "6379"
    assert env(chart, "socket")["BROKER_PASSWORD_FILE"] == "/run/secrets/broker/password"
    assert mounts(chart, "socket")["/run/secrets/broker"]["secret"] == {
        "secretName": "socket-broker",
        "items": [{"key": "password", "path": "password"}],
    }
    assert socket.facts.secrets == (SecretUse(namespace="app", secret=secret, reader="socket"),)
    template = find(chart, "Deployment", "socket")["spec"]["template"]["metadata"]
    assert template["annotations"] == {"revision/socket-broker": "7"}


def test_broker_without_a_password(chart: Chart) -> None:
    socket = SocketTier(chart, "socket", container=CONTAINER, broker=BROKER)
    assert "BROKER_PASSWORD_FILE" not in env(chart, "socket")
    assert list(mounts(chart, "socket")) == ["/tmp"]  # noqa: S108 - a mount, not a file
    assert socket.facts.secrets == ()


def test_single_replica_needs_no_broker(chart: Chart) -> None:
    socket = SocketTier(chart, "socket", container=CONTAINER, scaling=Replicas(count=1))
    assert "BROKER_HOST" not in env(chart, "socket")
    assert socket.facts.calls == ()


def test_single_replica_needs_no_broker_where_the_other_track_is_stopped(chart: Chart) -> None:
    rollout = BlueGreen(active=Color.BLUE, green=IMAGE, idle_replicas=0)
    SocketTier(
        chart,
        "socket",
        container=CONTAINER,
        scaling=Replicas(count=1),
        workload=Workload(rollout=rollout),
    )


@pytest.mark.mission("B16")
@pytest.mark.parametrize(
    ("scaling", "rollout", "replicas"),
    [
        (Replicas(count=2), RollingUpdate(), 2),
        (Autoscaling(min_replicas=1), RollingUpdate(), 10),
        (Replicas(count=1), Canary(image=IMAGE), 2),
        (Replicas(count=1), BlueGreen(active=Color.GREEN, green=IMAGE), 2),
    ],
    ids=["several", "an autoscaler", "a canary", "blue and green"],
)
def test_fails_without_a_broker(
    chart: Chart, scaling: Scaling, rollout: Rollout, replicas: int
) -> None:
    with pytest.raises(
        ConfigurationError,
        match=rf"SocketTier\.broker: got None; .*{replicas} replicas, .*need a message broker",
    ):
        SocketTier(
            chart,
            "socket",
            container=CONTAINER,
            host=replace(HOST, renderer=VirtualServer()),
            scaling=scaling,
            workload=Workload(rollout=rollout),
        )


@pytest.mark.mission("B90")
@pytest.mark.parametrize(("pause", "drain", "grace"), [(10, 120, 135), (5, 300, 310), (1, 1, 7)])
def test_drain_fits_the_grace_period(chart: Chart, pause: int, drain: int, grace: int) -> None:
    lifecycle = Lifecycle(endpoint_removal_seconds=pause, drain_seconds=drain)
    SocketTier(chart, "socket", container=CONTAINER, broker=BROKER, lifecycle=lifecycle)
    assert pod(chart, "socket")["terminationGracePeriodSeconds"] == grace
    assert env(chart, "socket")["DRAIN_SECONDS"] == str(drain)
    assert container(chart, "socket")["lifecycle"]["preStop"]["exec"]["command"] == [
        "node",
        "-e",
        f"setTimeout(()=>{{}},{pause}000)",
    ]


@pytest.mark.parametrize("renderer", [NginxIngress(), VirtualServer()])
def test_a_websocket_at_another_path_has_what_the_usual_one_has(
    chart: Chart, renderer: Renderer
) -> None:
    cable = Route(paths=("/cable",), websocket=True)
    other = Route(paths=("/status",), name="status")
    ws, status = (route.policy_on(renderer.expressed(Spoken())) for route in (cable, other))
    assert ws == WEBSOCKET_ROUTE.policy_on(renderer.expressed(Spoken())) == WEBSOCKET_POLICY
    assert status == TrafficPolicy()


def test_a_websocket_of_any_tier_may_be_silent(chart: Chart) -> None:
    route = Route(paths=("/hmr",), websocket=True)
    WebTier(chart, "web", container=CONTAINER, host=HOST, routes=[route])
    annotations = find(chart, "Ingress", "web")["metadata"]["annotations"]
    assert annotations["nginx.org/proxy-read-timeout"] == "3600s"
    assert annotations["nginx.org/lb-method"] == "least_conn"


def test_fails_without_a_route_that_is_upgraded(chart: Chart) -> None:
    says = r"SocketTier\.routes: got \['/cable'\]; say Route\(…, websocket=True\)"
    with pytest.raises(ConfigurationError, match=says):
        SocketTier(
            chart,
            "socket",
            container=CONTAINER,
            broker=BROKER,
            host=HOST,
            routes=[Route(paths=("/cable",))],
        )


@pytest.mark.mission("B35")
def test_fails_when_a_route_cuts_what_may_be_silent(chart: Chart) -> None:
    route = Route(paths=("/ws",), websocket=True, policy=TrafficPolicy())
    says = r"silent_seconds: got 3600; use at most the 60 seconds that the route '/ws' waits"
    with pytest.raises(ConfigurationError, match=says):
        SocketTier(chart, "socket", container=CONTAINER, broker=BROKER, host=HOST, routes=[route])


@pytest.mark.mission("B27")
@pytest.mark.mission("B40")
def test_clients_that_begin_with_polling(chart: Chart) -> None:
    route = Route(
        paths=("/socket.io",),
        websocket=True,
        policy=TrafficPolicy(session_cookie=SessionCookie(name="io", expires_seconds=60)),
    )
    SocketTier(
        chart,
        "socket",
        container=CONTAINER,
        broker=BROKER,
        host=HOST,
        routes=[route],
        silent_seconds=25,
    )
    annotations = find(chart, "Ingress", "socket")["metadata"]["annotations"]
    assert annotations["nginx.org/websocket-services"] == "socket"
    assert annotations["nginx.org/sticky-cookie-services"] == (
        "serviceName=socket io expires=60s path=/ httponly secure"
    )


def test_upstreams(chart: Chart) -> None:
    socket = SocketTier(
        chart,
        "socket",
        container=CONTAINER,
        broker=BROKER,
        upstreams={"CATALOGUE_URL": CATALOGUE},
    )
    assert env(chart, "socket")["CATALOGUE_URL"] == CATALOGUE.url
    assert Call(source=socket.peer, target=CATALOGUE.target, port="http") in socket.facts.calls


@pytest.mark.mission("B48")
def test_facts(chart: Chart) -> None:
    socket = SocketTier(chart, "socket", container=CONTAINER, broker=BROKER, host=HOST)
    assert socket.facts.pod_metrics == (PodMetric(name="websocket_connections", average=500),)
    (metrics,) = socket.facts.metrics
    assert (metrics.peer, metrics.port, metrics.path) == (socket.peer, "metrics", "/metrics")
    assert metrics.names.count("websocket_connections") == 1
    assert [footprint.pods for footprint in socket.facts.footprints] == [23]
    assert [route.host_name for route in socket.facts.routes] == ["shop.example.com"]
