"""The API tier: its full picture once, then gunicorn, the database and its share of connections."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    Autoscaling,
    ConfigurationError,
    Container,
    Gunicorn,
    Http,
    HttpEndpoint,
    Lifecycle,
    Metrics,
    Port,
    Replicas,
    Resources,
    RollingUpdate,
    Route,
    SecretRef,
    Workload,
)
from constructs_lib.facts import Call, LogFormat, PodLogs, PodMetric, SecretUse
from constructs_lib.facts.log_patterns import GUNICORN_ACCESS
from constructs_lib.runtimes import WorkersPerCore
from constructs_lib.testing import find, find_all
from tests.tiers.ends import CONTAINER, DATABASE, HOST, IMAGE, POSTGRES
from tests.tiers.reading import container, env, mounts, pod


def test_defaults(chart: Chart, manifest: SnapshotAssertion) -> None:
    ApiTier(chart, "api", container=CONTAINER)
    assert chart == manifest


@pytest.mark.mission("B39")
def test_routes(chart: Chart) -> None:
    ApiTier(chart, "api", container=CONTAINER, host=HOST, routes=[Route(paths=("/v1", "/v2"))])
    (rule,) = find(chart, "Ingress", "api")["spec"]["rules"]
    assert [(path["path"], path["pathType"]) for path in rule["http"]["paths"]] == [
        ("/v1", "Exact"),
        ("/v1/", "Prefix"),
        ("/v2", "Exact"),
        ("/v2/", "Prefix"),
    ]


@pytest.mark.mission("B102")
@pytest.mark.mission("B105")
@pytest.mark.parametrize(
    ("resources", "workers"),
    [
        # Two for each core and one more, as long as there are 288 MiB for each.
        (Resources(cpu="250m", memory="1Gi"), 1),
        (Resources(cpu="500m", memory="1Gi"), 2),
        (Resources(cpu="1", memory="1Gi"), 3),
        (Resources(cpu="2", memory="2Gi"), 5),
        (Resources(cpu="2", memory="1152Mi"), 4),
        (Resources(cpu="2", memory="1151Mi"), 3),
        (Resources(cpu="2", memory="288Mi"), 1),
        (Resources(cpu="64", memory="64Gi"), 64),
    ],
)
def test_workers_fit_the_container(chart: Chart, resources: Resources, workers: int) -> None:
    ApiTier(chart, "api", container=Container(image=IMAGE, resources=resources))
    variables = env(chart, "api")
    assert f"--workers={workers} " in variables["GUNICORN_CMD_ARGS"]
    assert variables["WEB_CONCURRENCY"] == str(workers)


@pytest.mark.mission("B105")
def test_gunicorn(chart: Chart) -> None:
    gunicorn = Gunicorn(
        workers=3,
        threads=8,
        worker_memory="128Mi",
        timeout_seconds=90,
        max_requests=500,
        reuses_metric_files=True,
    )
    ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        http=Http(port=5000),
        runtime=gunicorn,
        lifecycle=Lifecycle(drain_seconds=95),
    )
    assert shlex.split(env(chart, "api")["GUNICORN_CMD_ARGS"]) == [
        "--bind=0.0.0.0:5000",
        "--workers=3",
        "--worker-class=gthread",
        "--threads=8",
        "--timeout=90",
        "--graceful-timeout=95",
        "--keep-alive=80",
        "--worker-tmp-dir=/dev/shm",
        "--max-requests=500",
        "--max-requests-jitter=50",
        "--access-logfile=-",
        f"--access-logformat={GUNICORN_ACCESS}",
        "--forwarded-allow-ips=*",
    ]
    assert pod(chart, "api")["terminationGracePeriodSeconds"] == 110


@pytest.mark.mission("B54")
@pytest.mark.mission("B62")
def test_database(chart: Chart) -> None:
    api = ApiTier(chart, "api", container=CONTAINER, database=DATABASE)
    told = {name: value for name, value in env(chart, "api").items() if name.startswith("PG")}
    assert told == {
        "PGHOST": "postgres.example.com",
        "PGPORT": "5432",
        "PGDATABASE": "shop",
        "PGCONNECT_TIMEOUT": "5",
        "PGSSLMODE": "require",
    }
    assert env(chart, "api")["DATABASE_PASSWORD_FILE"] == "/run/secrets/database/password"
    assert mounts(chart, "api")["/run/secrets/database"]["secret"] == {
        "secretName": "api-database",
        "items": [{"key": key, "path": key} for key in ("username", "password")],
    }
    assert api.facts.calls == (Call(source=api.peer, target=POSTGRES, port="postgres"),)
    assert api.facts.secrets == (SecretUse(namespace="app", secret=DATABASE.secret, reader="api"),)


def test_database_whose_certificate_is_verified(chart: Chart) -> None:
    secret = SecretRef(name="api-database", keys=("username", "password", "ca.crt"))
    ApiTier(chart, "api", container=CONTAINER, database=replace(DATABASE, secret=secret))
    variables = env(chart, "api")
    assert variables["PGSSLMODE"] == "verify-full"
    assert variables["PGSSLROOTCERT"] == "/run/secrets/database/ca.crt"
    items = mounts(chart, "api")["/run/secrets/database"]["secret"]["items"]
    assert {"key": "ca.crt", "path": "ca.crt"} in items


@pytest.mark.mission("B105")
@pytest.mark.parametrize(
    ("connections", "gunicorn", "pool"),
    [
        # 4 replicas are 9 pods at the worst moment.
        (1000, Gunicorn(worker_memory="128Mi", workers=2, threads=4), 4),
        (72, Gunicorn(worker_memory="128Mi", workers=2, threads=4), 4),
        (71, Gunicorn(worker_memory="128Mi", workers=2, threads=4), 3),
        (36, Gunicorn(worker_memory="128Mi", workers=2, threads=4), 2),
        (18, Gunicorn(worker_memory="128Mi", workers=2, threads=4), 1),
        (9, Gunicorn(workers=1, threads=16), 1),
        (1000, Gunicorn(workers=1, threads=16), 16),
    ],
)
def test_pool_is_a_share_of_the_connections(
    chart: Chart, connections: int, gunicorn: Gunicorn, pool: int
) -> None:
    ApiTier(
        chart,
        "api",
        container=CONTAINER,
        database=replace(DATABASE, connections=connections),
        runtime=gunicorn,
        scaling=Replicas(count=4),
    )
    assert env(chart, "api")["DATABASE_POOL_SIZE"] == str(pool)


def test_fails_without_a_connection_for_each_process(chart: Chart) -> None:
    with pytest.raises(
        ConfigurationError,
        match=r"DatabaseEndpoint\.connections: got 19; give at least 20: 10 pods at the worst "
        "moment with 2 processes each",
    ):
        ApiTier(
            chart,
            "api",
            container=CONTAINER,
            database=replace(DATABASE, connections=19),
            runtime=Gunicorn(worker_memory="128Mi", workers=2),
            scaling=Replicas(count=4),
            workload=Workload(rollout=RollingUpdate(max_surge_percent=50)),
        )


@pytest.mark.mission("B30")
@pytest.mark.mission("B31")
def test_endpoint(chart: Chart) -> None:
    api = ApiTier(chart, "api", container=Container(image=IMAGE), http=Http(port=5000))
    assert api.endpoint == HttpEndpoint(
        host="api.app.svc.cluster.local", port=80, target=api.peer, target_port="http"
    )
    assert api.endpoint.url == "http://api.app.svc.cluster.local:80"
    assert api.peer.ports[0] == Port(name="http", number=5000)
    (port,) = find(chart, "Service", "api")["spec"]["ports"]
    assert (port["name"], port["port"], port["targetPort"]) == ("http", 80, "http")


@pytest.mark.mission("B48")
def test_own_metric_scales(chart: Chart, manifest: SnapshotAssertion) -> None:
    metric = PodMetric(name="jobs_waiting", average=20)
    scaling = Autoscaling(cpu_percent=None, memory_percent=None, pod_metrics=(metric,))
    api = ApiTier(chart, "api", container=CONTAINER, scaling=scaling)
    assert api.facts.pod_metrics == (metric,)
    assert api.facts.metrics[0].names[-1] == "jobs_waiting"
    assert find_all(chart, "HorizontalPodAutoscaler") == manifest


def test_metrics_on_the_port_of_the_application(chart: Chart) -> None:
    shared = Http(metrics=Metrics(port=8080, names=("orders_total",)))
    api = ApiTier(chart, "api", container=CONTAINER, http=shared)
    assert container(chart, "api")["ports"] == [{"containerPort": 8080, "name": "http"}]
    assert env(chart, "api")["METRICS_PORT"] == "8080"
    assert api.peer.ports == (Port(name="http", number=8080),)
    (metrics,) = api.facts.metrics
    assert (metrics.port, metrics.path) == ("http", "/metrics")
    assert "orders_total" in metrics.names


def test_no_metrics(chart: Chart) -> None:
    silent = Http(metrics=None)
    api = ApiTier(chart, "api", container=CONTAINER, http=silent, service_level=None)
    assert container(chart, "api")["ports"] == [{"containerPort": 8080, "name": "http"}]
    assert "METRICS_PORT" not in env(chart, "api")
    assert api.facts.metrics == ()


def test_no_promise(chart: Chart) -> None:
    api = ApiTier(chart, "api", container=CONTAINER, service_level=None)
    assert api.facts.service_level is None
    assert api.facts.logs == (PodLogs(peer=api.peer, format=LogFormat.PYTHON),)


@pytest.mark.parametrize(
    ("workers", "memory", "needed"), [(WorkersPerCore(), "64Mi", "288Mi"), (8, "512Mi", "2304Mi")]
)
def test_fails_without_memory_for_the_workers(
    chart: Chart, workers: int | WorkersPerCore, memory: str, needed: str
) -> None:
    container = Container(image=IMAGE, resources=Resources(memory=memory))
    with pytest.raises(ConfigurationError, match=rf"Resources\.memory: .*at least '{needed}'"):
        ApiTier(chart, "api", container=container, runtime=Gunicorn(workers=workers))


def test_the_database_is_told_who_asks(chart: Chart) -> None:
    ApiTier(chart, "api", container=CONTAINER, database=DATABASE)
    (told,) = (each for each in container(chart, "api")["env"] if each["name"] == "PGAPPNAME")
    path = "metadata.labels['app.kubernetes.io/name']"
    assert told["valueFrom"]["fieldRef"]["fieldPath"] == path


def test_an_application_may_call_itself_otherwise(chart: Chart) -> None:
    own = replace(CONTAINER, env={"PGAPPNAME": "orders"})
    ApiTier(chart, "api", container=own, database=DATABASE)
    assert env(chart, "api")["PGAPPNAME"] == "orders"
