"""What no tier takes: each is refused where it is written, with what would work."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Autoscaling,
    ConfigFiles,
    ConfigurationError,
    Container,
    DisruptionBudget,
    Http,
    HttpEndpoint,
    NextJs,
    Outside,
    Probes,
    Replicas,
    Resources,
    RollingUpdate,
    Route,
    SecretEnv,
    SocketTier,
    WebTier,
    Workload,
)
from constructs_lib.facts import PodMetric
from constructs_lib.traffic import LoadBalancer
from tests.tiers.ends import BROKER, CATALOGUE, CONTAINER, DATABASE, HOST, IMAGE

SILENT = Outside(name="silent", cidrs=("198.51.100.0/24",))

# The field, the value got, what would work, and who writes it.
REFUSED: dict[str, tuple[str, str, str, Callable[[], dict[str, Any]]]] = {
    "a quantity that does not parse": (
        "Resources.memory",
        "'512 MB'",
        "write a Kubernetes quantity",
        lambda: {"container": Container(image=IMAGE, resources=Resources(memory="512 MB"))},
    ),
    "a request above its limit": (
        "Resources.cpu_limit",
        "'250m'",
        "use at least the request of 1",
        lambda: {
            "container": Container(image=IMAGE, resources=Resources(cpu="1", cpu_limit="250m"))
        },
    ),
    "bounds in the wrong order": (
        "Autoscaling.min_replicas",
        "5",
        "use a whole number from 1 to max_replicas (4)",
        lambda: {"scaling": Autoscaling(min_replicas=5, max_replicas=4)},
    ),
    "a budget for all replicas": (
        "DisruptionBudget.max_unavailable",
        "2",
        "at least 3 (now 2)",
        lambda: {
            "scaling": Replicas(count=2),
            "workload": Workload(disruption_budget=DisruptionBudget(max_unavailable=2)),
        },
    ),
    "a start as long as the rollout waits": (
        "RollingUpdate.progress_deadline_seconds",
        "320",
        "use more than 320 seconds",
        lambda: {
            "http": Http(probes=Probes(startup_budget_seconds=300)),
            "workload": Workload(rollout=RollingUpdate(progress_deadline_seconds=320)),
        },
    ),
    "an image that moves": (
        "Container.image",
        "'shop/web:latest'",
        "pin it by digest",
        lambda: {"container": Container(image="shop/web:latest")},
    ),
    "a secret in plain text": (
        "Container.env['API_TOKEN']",
        "'(hidden)'",
        "pass a secret by reference",
        lambda: {"container": Container(image=IMAGE, env={"API_TOKEN": "s3cr3t"})},
    ),
    "a secret value as a reference": (
        "NextJs.server_actions_key",
        "'(hidden)'",
        "give SecretRef",
        lambda: {"runtime": NextJs(server_actions_key=cast("Any", "s3cr3t"))},
    ),
    "a key that the Secret has not": (
        "SecretEnv.key",
        "'token'",
        "use one of username, password",
        lambda: {
            "container": Container(
                image=IMAGE,
                secret_env=[SecretEnv(name="TOKEN", secret=DATABASE.secret, key="token")],
            )
        },
    ),
    "an endpoint whose target lacks the port": (
        "HttpEndpoint.target_port",
        "'grpc'",
        "catalogue has one of http",
        lambda: {
            "upstreams": {
                "API": HttpEndpoint(
                    host="catalogue", port=80, target=CATALOGUE.target, target_port="grpc"
                )
            }
        },
    ),
    "a target without ports": (
        "HttpEndpoint.target_port",
        "'http'",
        "silent has none: give the target ports",
        lambda: {
            "upstreams": {
                "API": HttpEndpoint(host="silent", port=80, target=SILENT, target_port="http")
            }
        },
    ),
    "too little memory for Node": (
        "Resources.memory",
        "'64Mi'",
        "use at least '128Mi' for a Node.js server",
        lambda: {"container": Container(image=IMAGE, resources=Resources(memory="64Mi"))},
    ),
    "an address to listen on": (
        "Container.env",
        "'HOSTNAME'",
        "leave it out",
        lambda: {"container": Container(image=IMAGE, env={"HOSTNAME": "web"})},
    ),
    "an address to listen on, from a Secret": (
        "Container.env",
        "'HOSTNAME'",
        "leave it out",
        lambda: {
            "container": Container(
                image=IMAGE,
                secret_env=[SecretEnv(name="HOSTNAME", secret=DATABASE.secret, key="username")],
            )
        },
    ),
    "an upstream that is no variable": (
        "upstreams",
        "'1API'",
        "no digit first",
        lambda: {"upstreams": {"1API": CATALOGUE}},
    ),
    "an upstream that the tier says otherwise": (
        "upstreams",
        "'NODE_ENV'",
        "the container has this variable",
        lambda: {"upstreams": {"NODE_ENV": CATALOGUE}},
    ),
    "an upstream that the container says otherwise": (
        "upstreams",
        "'API_URL'",
        "the container has this variable",
        lambda: {
            "container": Container(image=IMAGE, env={"API_URL": "http://api"}),
            "upstreams": {"API_URL": CATALOGUE},
        },
    ),
    "an upstream in the place of the port": (
        "upstreams",
        "'PORT'",
        "the container has this variable",
        lambda: {"upstreams": {"PORT": CATALOGUE}},
    ),
    "an upstream named as a secret": (
        "upstreams",
        "'API_TOKEN'",
        "use another name",
        lambda: {"upstreams": {"API_TOKEN": CATALOGUE}},
    ),
    "a host without routes": (
        "routes",
        "()",
        "leave the host out",
        lambda: {"routes": []},
    ),
    "two routes without a name": (
        "Route.name",
        "''",
        "only once",
        lambda: {"routes": [Route(paths=("/a",)), Route(paths=("/b",))]},
    ),
    "an autoscaler that asks for metrics of nobody": (
        "metrics",
        "None",
        "say where jobs_waiting is read, since the autoscaler follows it",
        lambda: {
            "http": Http(metrics=None),
            "scaling": Autoscaling(pod_metrics=(PodMetric(name="jobs_waiting", average=5),)),
            "service_level": None,
        },
    ),
    "no door": (
        "WebTier.host",
        "None",
        "expose it",
        lambda: {"host": None},
    ),
}


@pytest.mark.mission("B136")
@pytest.mark.parametrize(
    ("field", "got", "works", "arguments"), REFUSED.values(), ids=REFUSED.keys()
)
def test_fails_with(
    chart: Chart, field: str, got: str, works: str, arguments: Callable[[], dict[str, Any]]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        WebTier(chart, "web", **{"container": CONTAINER, "host": HOST, **arguments()})
    said = str(refused.value)
    assert said.startswith(f"{field}: got {got}; ")
    assert works in said
    assert "s3cr3t" not in said


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (WebTier, {"load_balancer": LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))}),
        (ApiTier, {}),
        (SocketTier, {"broker": BROKER}),
    ],
)
def test_fails_with_routes_on_no_host(
    chart: Chart, kind: Callable[..., object], arguments: dict[str, Any]
) -> None:
    kind(chart, "inside", container=CONTAINER, **arguments)
    said = re.escape("routes: got ['/a', '/b']; give the host that they are on")
    # A list, as people write it.
    routes = [Route(paths=["/a", "/b"])]  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=said):
        kind(chart, "outside", container=CONTAINER, routes=routes, **arguments)


@pytest.mark.parametrize("id", ["Web", "web_1", "1web", "web-", "", "w" * 64])
def test_fails_with_an_id_that_is_no_name(chart: Chart, id: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"id: got '{id}'; use at most 63"):
        WebTier(chart, id, container=CONTAINER, host=HOST)


@pytest.mark.parametrize(
    "arguments",
    [
        {"load_balancer": LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))},
        {
            "container": Container(
                image=IMAGE,
                volumes=[ConfigFiles(name="files", files={"a": "b"}, mount_path="/etc/a")],
            )
        },
    ],
    ids=["load balancer", "configuration"],
)
def test_fails_with_an_id_too_long_for_its_suffixes(
    chart: Chart, arguments: dict[str, Any]
) -> None:
    id = "w" * 60
    with pytest.raises(ConfigurationError, match=rf"id: got '{id}-\w+'; shorten it by \d+"):
        WebTier(chart, id, **{"container": CONTAINER, "host": HOST, **arguments})


def test_fails_with_two_of_one_name(app: App) -> None:
    ApiTier(Chart(app, "one", namespace="app"), "api", container=CONTAINER)
    with pytest.raises(ConfigurationError, match=r"id: got 'api'; .* ServiceAccount .* in app"):
        ApiTier(Chart(app, "other", namespace="app"), "api", container=CONTAINER)


def test_one_name_in_two_namespaces(app: App) -> None:
    ApiTier(Chart(app, "one", namespace="app"), "api", container=CONTAINER)
    ApiTier(Chart(app, "other", namespace="staging"), "api", container=CONTAINER)


@pytest.mark.parametrize(
    ("variable", "argument"),
    [("PGHOST", "database"), ("PORT", "http")],
)
def test_fails_when_a_variable_contradicts_an_argument(
    chart: Chart, variable: str, argument: str
) -> None:
    said = f"Container.env: got '{variable}'; leave it out: {argument} says it"
    own = Container(image=IMAGE, env={variable: "1"})
    with pytest.raises(ConfigurationError, match=said):
        ApiTier(chart, "api", container=own, database=DATABASE)


@pytest.mark.parametrize(
    ("variable", "argument"), [("DRAIN_SECONDS", "lifecycle"), ("BROKER_HOST", "broker")]
)
def test_fails_when_a_variable_of_a_socket_contradicts_an_argument(
    chart: Chart, variable: str, argument: str
) -> None:
    said = f"Container.env: got '{variable}'; leave it out: {argument} says it"
    own = Container(image=IMAGE, env={variable: "1"})
    with pytest.raises(ConfigurationError, match=said):
        SocketTier(chart, "socket", container=own, broker=BROKER)


def test_fails_when_nobody_reads_what_the_autoscaler_follows(chart: Chart) -> None:
    said = r"metrics: got None; say where websocket_connections is read"
    with pytest.raises(ConfigurationError, match=said):
        SocketTier(
            chart,
            "socket",
            container=Container(image=IMAGE),
            http=Http(metrics=None),
            broker=BROKER,
            service_level=None,
        )


def test_fails_without_a_namespace(app: App) -> None:
    with pytest.raises(ConfigurationError, match=r"Chart\.namespace: got None; write Chart"):
        WebTier(Chart(app, "web"), "web", container=CONTAINER, host=HOST)
