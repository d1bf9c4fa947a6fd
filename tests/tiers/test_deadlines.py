"""The chain of deadlines: defaults satisfy it, and what breaks it is refused by both its ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import (
    AnyServer,
    ApiTier,
    CacheEndpoint,
    ConfigurationError,
    GatewayApi,
    Gunicorn,
    Http,
    Lifecycle,
    NextJs,
    NginxIngress,
    Outside,
    Probes,
    Resources,
    Route,
    SecretRef,
    SocketTier,
    Timeouts,
    TrafficPolicy,
    VirtualServer,
    WebTier,
)
from constructs_lib.facts import Neighbour
from constructs_lib.pods import ExecCheck, HttpCheck, NativePause, Probe
from constructs_lib.runtimes import LongerThanFront, NodeServer, Runtime
from constructs_lib.tiers import WEBSOCKET_SIGNALS
from constructs_lib.traffic import (
    PORTABLE_POLICY,
    Aws,
    ExistingGateway,
    LoadBalancer,
    PodTargets,
    Renderer,
    TlsInFront,
)
from tests.tiers.ends import BROKER, CONTAINER, DATABASE, HOST, REDIS
from tests.tiers.reading import container, env, mounts, pod

CACHE = CacheEndpoint(
    host="redis.example.com",
    port=6379,
    target=REDIS,
    target_port="redis",
    secret=SecretRef(name="web-cache", keys=("password",)),
)


@pytest.mark.mission("B107")
@pytest.mark.parametrize(
    "policy",
    [
        TrafficPolicy(timeouts=Timeouts(read_seconds=30)),
        replace(PORTABLE_POLICY, request_timeout_seconds=30),
    ],
)
def test_fails_when_the_edge_gives_up_before_the_workers(
    policy: TrafficPolicy, chart: Chart
) -> None:
    with pytest.raises(ConfigurationError, match="use less than the 30 seconds that the route"):
        ApiTier(chart, "api", container=CONTAINER, host=HOST, routes=(Route(policy=policy),))


@pytest.mark.mission("B107")
@pytest.mark.parametrize("renderer", [NginxIngress(), VirtualServer()])
def test_fails_when_nginx_gives_up_by_itself_before_the_workers(
    renderer: Renderer, chart: Chart
) -> None:
    unsaid = Route(policy=TrafficPolicy(timeouts=None))
    says = f"use less than the 60 seconds that {type(renderer).__name__} waits by itself"
    with pytest.raises(ConfigurationError, match=says):
        ApiTier(
            chart,
            "api",
            container=CONTAINER,
            host=replace(HOST, renderer=renderer),
            routes=(unsaid,),
            runtime=Gunicorn(timeout_seconds=60),
        )


def test_a_gateway_has_no_timeout_of_its_own(chart: Chart) -> None:
    gateway = GatewayApi(
        gateway_class="nginx",
        namespace="edge",
        controller=Neighbour(name="gateway", namespace="edge", selector={"app": "gateway"}),
    )
    host = replace(HOST, renderer=gateway)
    ApiTier(
        chart,
        "api",
        container=CONTAINER,
        host=host,
        routes=(Route(policy=PORTABLE_POLICY),),
        runtime=Gunicorn(timeout_seconds=600),
    )


@pytest.mark.mission("B107")
def test_fails_when_the_database_gives_up_after_the_workers(chart: Chart) -> None:
    late = replace(DATABASE, statement_seconds=50)
    with pytest.raises(ConfigurationError, match="use less than the 50 seconds of Gunicorn"):
        ApiTier(chart, "api", container=CONTAINER, database=late)
    ApiTier(
        chart, "patient", container=CONTAINER, database=late, runtime=Gunicorn(timeout_seconds=51)
    )


@pytest.mark.mission("B107")
def test_fails_when_the_edge_gives_up_before_a_failover_is_over(chart: Chart) -> None:
    hasty = Route(policy=TrafficPolicy(timeouts=Timeouts(read_seconds=45)))
    pooled = replace(DATABASE, wait_seconds=45)
    with pytest.raises(ConfigurationError, match="wait_seconds: got 45; use less than the 45 sec"):
        ApiTier(
            chart,
            "api",
            container=CONTAINER,
            host=HOST,
            routes=(hasty,),
            database=pooled,
            runtime=NodeServer(),
        )
    ApiTier(chart, "inside", container=CONTAINER, database=pooled)


@pytest.mark.mission("B103")
@pytest.mark.parametrize("kind", ["api", "web"])
def test_a_cache_is_reached_and_its_password_is_a_file(kind: str, chart: Chart) -> None:
    door = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))
    tier: ApiTier | WebTier = (
        ApiTier(chart, "shop", container=CONTAINER, cache=CACHE)
        if kind == "api"
        else WebTier(chart, "shop", container=CONTAINER, cache=CACHE, load_balancer=door)
    )
    told = env(chart, "shop")
    assert told["CACHE_HOST"] == "redis.example.com"
    assert told["CACHE_PORT"] == "6379"
    assert told["CACHE_PASSWORD_FILE"] == "/run/secrets/cache/password"
    assert "/run/secrets/cache" in mounts(chart, "shop")
    assert "redis" in [call.target.name for call in tier.facts.calls]


def test_fails_on_a_password_in_place_of_its_reference() -> None:
    with pytest.raises(ConfigurationError, match="give SecretRef"):
        replace(CACHE, secret="hunter2")  # type: ignore[arg-type]


GKE = GatewayApi(
    gateway_class="gke-l7-global-external-managed",
    namespace="edge",
    controller=Outside(name="google", cidrs=("35.191.0.0/16", "130.211.0.0/22")),
    timeout_seconds=60,
)
BEHIND_GKE = replace(HOST, renderer=GKE)
PORTABLE = Route(paths=("/api",), policy=PORTABLE_POLICY)
DOOR = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))


def slow(seconds: int, **arguments: Any) -> Route:  # noqa: ANN401
    policy = TrafficPolicy(timeouts=Timeouts(read_seconds=seconds))
    return Route(paths=("/api",), policy=policy, **arguments)


def grace(chart: Chart, name: str) -> int:
    return int(pod(chart, name)["terminationGracePeriodSeconds"])


@pytest.mark.mission("B90")
def test_a_pod_that_leaves_answers_the_longest_request_of_its_routes(chart: Chart) -> None:
    ApiTier(chart, "api", container=CONTAINER, host=HOST)
    ApiTier(chart, "reports", container=CONTAINER, host=HOST, routes=[slow(300)])
    ApiTier(chart, "inside", container=CONTAINER)
    WebTier(chart, "web", container=CONTAINER, host=HOST)
    assert "--graceful-timeout=60 " in env(chart, "api")["GUNICORN_CMD_ARGS"]
    assert "--graceful-timeout=300 " in env(chart, "reports")["GUNICORN_CMD_ARGS"]
    assert "--graceful-timeout=50 " in env(chart, "inside")["GUNICORN_CMD_ARGS"]
    assert [grace(chart, name) for name in ("api", "reports", "inside", "web")] == [
        *(10 + 60 + 5, 10 + 300 + 5, 10 + 50 + 5, 10 + 60 + 5)
    ]


@pytest.mark.mission("B90")
def test_fails_when_a_request_may_take_longer_than_the_drain(chart: Chart) -> None:
    says = r"Lifecycle\.drain_seconds: got 30; use at least the 300 seconds that the route"
    with pytest.raises(ConfigurationError, match=says):
        ApiTier(
            chart,
            "api",
            container=CONTAINER,
            host=HOST,
            routes=[slow(300)],
            lifecycle=Lifecycle(drain_seconds=30),
        )


def test_a_websocket_is_no_request_that_is_waited_for(chart: Chart) -> None:
    at_once = NodeServer(signals=WEBSOCKET_SIGNALS, closes_gently=False)
    SocketTier(chart, "gentle", container=CONTAINER, broker=BROKER, host=HOST)
    SocketTier(chart, "cuts", container=CONTAINER, broker=BROKER, host=HOST, runtime=at_once)
    assert env(chart, "gentle")["DRAIN_SECONDS"] == "120"
    assert env(chart, "cuts")["DRAIN_SECONDS"] == "30"


@pytest.mark.mission("B90")
def test_the_pause_is_as_long_as_who_is_in_front_needs(chart: Chart) -> None:
    addresses = replace(DOOR, cloud=Aws(targets=PodTargets(health_ranges=("10.0.0.0/16",))))
    WebTier(chart, "both", container=CONTAINER, host=HOST, load_balancer=DOOR)
    WebTier(chart, "door", container=CONTAINER, load_balancer=addresses)
    for name, seconds in (("both", 40), ("door", 130)):
        command = container(chart, name)["lifecycle"]["preStop"]["exec"]["command"]
        assert command[-1] == f"setTimeout(()=>{{}},{seconds}000)"
    hasty = Lifecycle(endpoint_removal_seconds=10)
    with pytest.raises(
        ConfigurationError, match="got 10; use at least the 40 seconds that the LoadBalancer still"
    ):
        WebTier(chart, "web", container=CONTAINER, load_balancer=DOOR, lifecycle=hasty)


PODS = Neighbour(name="gateway", namespace="edge", selector={"app": "gateway"})


@pytest.mark.mission("B90")
@pytest.mark.parametrize(
    ("renderer", "seconds"),
    [
        (GKE, 60),
        (replace(GKE, gateway_class="azure-alb-external"), 60),
        (replace(GKE, gateway_class="istio", controller=PODS), 10),
        (replace(GKE, detaches_in_seconds=90), 90),
        (ExistingGateway(name="edge", namespace="edge", controller=PODS), 10),
        (ExistingGateway(name="edge", namespace="edge", controller=GKE.controller), 60),
    ],
    ids=["gke", "azure", "pods", "said", "existing pods", "existing outside"],
)
def test_data_planes_outside_of_the_cluster_take_longer_to_let_go(
    renderer: Renderer, seconds: int, chart: Chart
) -> None:
    tls = TlsInFront() if isinstance(renderer, ExistingGateway) else HOST.tls
    host = replace(HOST, renderer=renderer, tls=tls)
    WebTier(chart, "web", container=CONTAINER, host=host, routes=[Route(policy=PORTABLE_POLICY)])
    command = container(chart, "web")["lifecycle"]["preStop"]["exec"]["command"]
    assert command[-1] == f"setTimeout(()=>{{}},{seconds}000)"


@pytest.mark.mission("B107")
@pytest.mark.parametrize(
    "renderer",
    [
        GatewayApi(gateway_class="gke-l7-rilb", namespace="edge", controller=GKE.controller),
        ExistingGateway(
            name="edge", namespace="edge", controller=GKE.controller, timeout_seconds=30
        ),
    ],
    ids=["by its class", "as it is said"],
)
def test_fails_when_a_gateway_gives_up_by_itself_before_the_workers(
    renderer: GatewayApi | ExistingGateway, chart: Chart
) -> None:
    host = replace(HOST, renderer=renderer)
    says = (
        r"Gunicorn\.timeout_seconds: got 50; use less than the 30 seconds that "
        rf"{type(renderer).__name__} waits by itself"
    )
    with pytest.raises(ConfigurationError, match=says):
        ApiTier(chart, "api", container=CONTAINER, host=host, routes=[PORTABLE])
    patient = replace(host, renderer=replace(renderer, timeout_seconds=60))
    ApiTier(chart, "patient", container=CONTAINER, host=patient, routes=[PORTABLE])


@pytest.mark.mission("B35")
@pytest.mark.parametrize(
    ("gateway_class", "seconds"),
    [("gke-l7-rilb", 620), ("nginx", 80), ("traefik", 110), ("istio", 3620), ("contour", 3620)],
)
def test_connections_are_kept_for_longer_than_who_is_in_front_keeps_them(
    gateway_class: str, seconds: int, chart: Chart
) -> None:
    host = replace(HOST, renderer=replace(GKE, gateway_class=gateway_class))
    told = AnyServer(
        pause=NativePause(),
        env={"IDLE": "{keep_alive_seconds}"},
        keep_alive_seconds=LongerThanFront(),
    )
    ApiTier(chart, "api", container=CONTAINER, host=host, routes=[PORTABLE])
    WebTier(chart, "web", container=CONTAINER, host=host, routes=[Route(policy=PORTABLE_POLICY)])
    other = Route(paths=("/b",), policy=PORTABLE_POLICY)
    ApiTier(
        chart,
        "any",
        container=CONTAINER,
        host=host,
        routes=[other],
        runtime=told,
        service_level=None,
    )
    assert f"--keep-alive={seconds} " in env(chart, "api")["GUNICORN_CMD_ARGS"]
    assert env(chart, "web")["KEEP_ALIVE_TIMEOUT"] == f"{seconds}000"
    assert env(chart, "any")["IDLE"] == str(seconds)


def test_how_long_a_gateway_keeps_connections_can_be_said(chart: Chart) -> None:
    host = replace(HOST, renderer=replace(GKE, keeps_connections_seconds=30))
    runtime = Gunicorn(keep_alive_seconds=31)
    ApiTier(chart, "api", container=CONTAINER, host=host, routes=[PORTABLE], runtime=runtime)
    assert "--keep-alive=31 " in env(chart, "api")["GUNICORN_CMD_ARGS"]


@pytest.mark.mission("B35")
@pytest.mark.parametrize(
    "runtime",
    [
        Gunicorn(keep_alive_seconds=75),
        NextJs(keep_alive_seconds=75),
        NodeServer(keep_alive_seconds=600),
        AnyServer(pause=NativePause(), keep_alive_seconds=5),
    ],
    ids=lambda each: type(each).__name__,
)
def test_fails_when_the_server_closes_connections_before_who_is_in_front(
    runtime: Runtime, chart: Chart
) -> None:
    says = r"keep_alive_seconds: got \d+; use more than the 600 seconds that GatewayApi keeps con"
    with pytest.raises(ConfigurationError, match=says):
        ApiTier(
            chart, "api", container=CONTAINER, host=BEHIND_GKE, routes=[PORTABLE], runtime=runtime
        )


@pytest.mark.parametrize("runtime", [NextJs(), NodeServer()])
def test_fails_when_a_variable_says_how_long_connections_are_kept(
    runtime: Runtime, chart: Chart
) -> None:
    told = replace(CONTAINER, env={"KEEP_ALIVE_TIMEOUT": "1000"})
    with pytest.raises(ConfigurationError, match=r"leave it out: \w+\.keep_alive_seconds says it"):
        WebTier(chart, "web", container=told, host=HOST, runtime=runtime)


@pytest.mark.mission("B13")
def test_a_pod_that_is_busy_is_not_asked_whether_it_is_alive(chart: Chart) -> None:
    ApiTier(chart, "api", container=CONTAINER, host=HOST)
    WebTier(chart, "web", container=CONTAINER, host=HOST)
    api, web = container(chart, "api"), container(chart, "web")
    assert api["livenessProbe"]["tcpSocket"] == {"port": 8080}
    assert api["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert api["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert web["livenessProbe"]["httpGet"]["path"] == "/healthz"


def test_a_check_of_liveness_is_patient_and_a_probe_as_it_is_said(chart: Chart) -> None:
    def live(id: str, probes: Probes) -> tuple[int, int, int]:
        WebTier(chart, id, container=CONTAINER, host=HOST, http=Http(probes=probes))
        said = container(chart, id)["livenessProbe"]
        return (said["periodSeconds"], said["timeoutSeconds"], said["failureThreshold"])

    # As long as whoever is in front waits for an answer.
    assert live("a", Probes()) == (10, 10, 6)
    assert live("b", Probes(period_seconds=20, timeout_seconds=5, failure_threshold=1)) == (
        20,
        20,
        2,
    )
    own = Probe(check=HttpCheck(path="/live"), period_seconds=5, timeout_seconds=1)
    assert live("c", Probes(liveness=own)) == (5, 1, 3)
    ready = container(chart, "a")["readinessProbe"]
    assert (ready["timeoutSeconds"], ready["failureThreshold"]) == (3, 3)


@pytest.mark.mission("B13")
def test_fails_when_liveness_waits_for_the_threads_of_requests(chart: Chart) -> None:
    said = Probes(liveness=HttpCheck(path="/live"))
    with pytest.raises(
        ConfigurationError,
        match="a pod that is busy for 60 seconds is restarted, and a request may take 60: use Tcp",
    ):
        ApiTier(chart, "api", container=CONTAINER, host=HOST, http=Http(probes=said))


@pytest.mark.parametrize(
    "probes",
    [
        Probes(liveness=HttpCheck(path="/live"), failure_threshold=7),
        Probes(liveness=Probe(check=HttpCheck(path="/live"), port=9090)),
        Probes(liveness=ExecCheck(command=("alive",))),
        Probes(liveness=None),
    ],
)
def test_liveness_may_be_patient_or_ask_somebody_else(probes: Probes, chart: Chart) -> None:
    ApiTier(chart, "api", container=CONTAINER, host=HOST, http=Http(probes=probes))
    assert pod(chart, "api")


def test_a_server_without_request_threads_is_asked_by_path(chart: Chart) -> None:
    runtime = AnyServer(pause=NativePause(), has_request_threads=False)
    probes = Http(probes=Probes(liveness=HttpCheck(path="/live")))
    ApiTier(
        chart,
        "api",
        container=CONTAINER,
        host=HOST,
        http=probes,
        runtime=runtime,
        service_level=None,
    )
    assert container(chart, "api")["livenessProbe"]["httpGet"]["path"] == "/live"


def test_fails_when_a_failover_takes_longer_than_a_worker_may(chart: Chart) -> None:
    pooled = replace(DATABASE, wait_seconds=45)
    with pytest.raises(
        ConfigurationError, match="wait_seconds: got 45; use less than the 40 seconds of Gunicorn"
    ):
        ApiTier(
            chart,
            "api",
            container=CONTAINER,
            database=pooled,
            runtime=Gunicorn(timeout_seconds=40),
        )


@pytest.mark.mission("B90")
def test_fails_when_the_only_worker_is_replaced(chart: Chart) -> None:
    """While it ends what it is at, nobody takes new requests."""
    recycled = Gunicorn(max_requests=10_000, reuses_metric_files=True)
    with pytest.raises(ConfigurationError, match="max_requests: got 10000; use two workers, or N"):
        ApiTier(chart, "api", container=CONTAINER, runtime=recycled)
    large = replace(CONTAINER, resources=Resources(cpu="1", memory="1Gi"))
    ApiTier(chart, "large", container=large, runtime=recycled)
    arguments = env(chart, "large")["GUNICORN_CMD_ARGS"]
    assert "--max-requests=10000 --max-requests-jitter=1000 " in arguments


def test_fails_when_replaced_workers_leave_their_files() -> None:
    with pytest.raises(ConfigurationError, match="reuses_metric_files=True"):
        Gunicorn(max_requests=10_000)
