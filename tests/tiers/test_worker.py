"""The worker tier: its full picture once, then probes, drain, database and metrics."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    BlueGreen,
    Canary,
    Color,
    ConfigurationError,
    Container,
    Metrics,
    Namespace,
    Replicas,
    Resources,
    RollingUpdate,
    SecurityBaseline,
    WorkerTier,
    Workload,
)
from constructs_lib.facts import Call, LogFormat, PodLogs, PodMetric
from constructs_lib.pods import ExecCheck, Probe
from constructs_lib.rollouts import Rollout
from constructs_lib.runtimes import Signals
from constructs_lib.testing import check, find, find_all
from constructs_lib.tiers import WORKER_SCALING
from tests.tiers.ends import BROKER, CATALOGUE, DATABASE, IMAGE, POSTGRES, REDIS
from tests.tiers.reading import container, env, pod

CELERY = Container(
    image=IMAGE,
    command=["celery", "--app=shop", "worker", "--concurrency=2"],
    liveness=Probe(
        check=ExecCheck(command=["celery", "--app=shop", "inspect", "ping"]),
        period_seconds=120,
        timeout_seconds=60,
    ),
)


def test_defaults(chart: Chart, manifest: SnapshotAssertion) -> None:
    WorkerTier(chart, "worker", container=CELERY, broker=BROKER)
    assert chart == manifest


def test_nobody_calls_it(chart: Chart) -> None:
    worker = WorkerTier(
        chart, "worker", container=CELERY, broker=BROKER, upstreams={"CATALOGUE_URL": CATALOGUE}
    )
    assert find_all(chart, "Service") == find_all(chart, "Ingress") == []
    assert worker.peer.ports == ()
    assert worker.facts.calls == (
        Call(source=worker.peer, target=CATALOGUE.target, port="http"),
        Call(source=worker.peer, target=REDIS, port="redis"),
    )


def test_probes_are_those_of_the_container(chart: Chart) -> None:
    WorkerTier(chart, "worker", container=CELERY)
    made = container(chart, "worker")
    assert made["livenessProbe"] == {
        "exec": {"command": ["celery", "--app=shop", "inspect", "ping"]},
        "periodSeconds": 120,
        "timeoutSeconds": 60,
        "failureThreshold": 3,
    }
    assert not {"readinessProbe", "startupProbe"} & made.keys()


def test_without_probes_it_is_sound(app: App, chart: Chart) -> None:
    worker = WorkerTier(chart, "worker", container=Container(image=IMAGE))
    SecurityBaseline(
        Chart(app, "ground"), "baseline", namespaces=[Namespace(name="app")], constructs=[worker]
    )
    check(app)


def test_it_ends_its_task_before_it_goes(chart: Chart) -> None:
    WorkerTier(chart, "worker", container=CELERY, longest_task_seconds=3600)
    assert pod(chart, "worker")["terminationGracePeriodSeconds"] == 3605
    assert "lifecycle" not in container(chart, "worker")


def test_each_process_has_a_pool_of_the_database(chart: Chart) -> None:
    database = replace(DATABASE, connections=18)
    worker = WorkerTier(
        chart,
        "worker",
        container=CELERY,
        database=database,
        processes=2,
        threads=8,
        scaling=Replicas(count=2),
    )
    # Two and those that end their tasks, and one of the surge: five pods of two processes.
    assert env(chart, "worker")["DATABASE_POOL_SIZE"] == "1"
    assert worker.facts.databases[0].endpoint == database
    assert Call(source=worker.peer, target=POSTGRES, port="postgres") in worker.facts.calls


def test_fails_with_fewer_connections_than_processes(chart: Chart) -> None:
    database = replace(DATABASE, connections=9)
    with pytest.raises(ConfigurationError, match="give at least 10: 5 pods"):
        WorkerTier(
            chart,
            "worker",
            container=CELERY,
            database=database,
            processes=2,
            scaling=Replicas(count=2),
        )


def test_metrics_have_a_port_of_their_own(chart: Chart) -> None:
    worker = WorkerTier(
        chart, "worker", container=CELERY, metrics=Metrics(port=9808, names=("tasks_total",))
    )
    assert container(chart, "worker")["ports"] == [{"containerPort": 9808, "name": "metrics"}]
    assert env(chart, "worker")["METRICS_PORT"] == "9808"
    (endpoint,) = worker.facts.metrics
    assert (endpoint.port, endpoint.names) == ("metrics", ("tasks_total",))


def test_it_scales_by_a_metric_of_its_pods(chart: Chart) -> None:
    busy = PodMetric(name="worker_busy_ratio", average=1)
    worker = WorkerTier(
        chart,
        "worker",
        container=CELERY,
        metrics=Metrics(),
        scaling=replace(WORKER_SCALING, pod_metrics=(busy,)),
    )
    assert worker.facts.pod_metrics == (busy,)
    spec = find(chart, "HorizontalPodAutoscaler", "worker")["spec"]
    assert [metric["type"] for metric in spec["metrics"]] == ["Resource", "Pods"]
    with pytest.raises(ConfigurationError, match="say where worker_busy_ratio is read"):
        WorkerTier(
            chart,
            "blind",
            container=CELERY,
            scaling=replace(WORKER_SCALING, pod_metrics=(busy,)),
        )


def test_a_dashboard_shows_its_pods(chart: Chart) -> None:
    worker = WorkerTier(chart, "worker", container=CELERY)
    (dashboard,) = worker.facts.dashboards
    assert dashboard.title == "worker (worker)"
    assert [section.title for section in dashboard.sections] == ["Process", "Pods"]
    assert worker.facts.indicator is None
    assert worker.facts.service_level is None


def test_its_lines_are_read_as_they_are(chart: Chart) -> None:
    plain = WorkerTier(chart, "plain", container=CELERY)
    assert plain.facts.logs == (PodLogs(peer=plain.peer, format=LogFormat.PLAIN),)
    told = WorkerTier(chart, "told", container=CELERY, signals=Signals(log_format=LogFormat.JSON))
    assert told.facts.logs == (PodLogs(peer=told.peer, format=LogFormat.JSON),)


@pytest.mark.parametrize(
    "rollout",
    [Canary(image="app:1.5.0"), BlueGreen(active=Color.BLUE, green="app:1.5.0")],
    ids=["canary", "blue-green"],
)
def test_fails_with_two_versions_that_take_tasks(chart: Chart, rollout: Rollout) -> None:
    with pytest.raises(ConfigurationError, match="both versions would take tasks"):
        WorkerTier(chart, "worker", container=CELERY, workload=Workload(rollout=rollout))


def test_a_stopped_color_takes_no_tasks(chart: Chart) -> None:
    rollout = BlueGreen(active=Color.BLUE, green="app:1.5.0", idle_replicas=0)
    worker = WorkerTier(chart, "worker", container=CELERY, workload=Workload(rollout=rollout))
    assert worker.most_replicas == WORKER_SCALING.max_replicas


def test_its_quota_has_room_for_those_that_end_their_tasks(chart: Chart) -> None:
    worker = WorkerTier(
        chart,
        "worker",
        container=replace(CELERY, resources=Resources(memory="1Gi")),
        scaling=Replicas(count=4),
        workload=Workload(rollout=RollingUpdate(max_surge_percent=50)),
    )
    (footprint,) = worker.facts.footprints
    assert footprint.pods == 4 + 2 + 4
    assert footprint.containers[0].memory == 2**30
