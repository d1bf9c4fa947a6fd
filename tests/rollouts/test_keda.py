"""Autoscaling by the length of a queue: by the adapter or by KEDA, from the same metrics."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    Autoscaling,
    ConfigurationError,
    Container,
    Metrics,
    Namespace,
    Port,
    SecurityBaseline,
    WorkerTier,
)
from constructs_lib.facts import ExternalMetric, Neighbour, PodMetric
from constructs_lib.rollouts import Keda
from constructs_lib.testing import check, find, find_all
from tests.observability.prometheus.ends import stack

WAITING = ExternalMetric(
    name="celery_queue_length", query='sum(celery_queue_length{queue_name="mail"})', average=30
)
BUSY = PodMetric(name="tasks", average=4, series="tasks_started_total")
OPERATOR = Neighbour(
    name="keda-operator",
    namespace="keda",
    selector={"app": "keda-operator"},
    ports=(Port(name="metrics", number=8080),),
)
KEDA = Keda(prometheus="http://prometheus.monitoring.svc.cluster.local:9090", operator=OPERATOR)
BY_QUEUE = Autoscaling(
    min_replicas=2, memory_percent=None, external_metrics=(WAITING,), pod_metrics=(BUSY,)
)


def worker(chart: Chart, scaling: Autoscaling) -> WorkerTier:
    return WorkerTier(
        chart,
        "worker",
        container=Container(image="registry.example.com/shop/api:2.0.3"),
        metrics=Metrics(names=("celery_queue_length",)),
        scaling=scaling,
    )


def test_keda(chart: Chart, manifest: SnapshotAssertion) -> None:
    worker(chart, replace(BY_QUEUE, autoscaler=KEDA))
    (made,) = find_all(chart, "ScaledObject")
    assert [made] == manifest


def test_both_follow_the_same_metrics(app: App) -> None:
    by_adapter, by_keda = (Chart(app, id, namespace=id) for id in ("adapter", "keda-apps"))
    worker(by_adapter, BY_QUEUE)
    worker(by_keda, replace(BY_QUEUE, autoscaler=KEDA))
    spec = find(by_adapter, "HorizontalPodAutoscaler", "worker")["spec"]
    external = spec["metrics"][2]["external"]
    assert external == {
        "metric": {"name": "celery_queue_length"},
        "target": {"type": "AverageValue", "averageValue": "30"},
    }
    scaled = find(by_keda, "ScaledObject", "worker")["spec"]
    assert [trigger["type"] for trigger in scaled["triggers"]] == ["cpu", *["prometheus"] * 2]
    assert scaled["triggers"][2]["metadata"]["query"] == WAITING.query
    assert scaled["triggers"][2]["metadata"]["threshold"] == "30"
    behavior = scaled["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behavior == spec["behavior"]
    assert find_all(by_keda, "HorizontalPodAutoscaler") == []


def test_the_adapter_serves_what_it_is_asked_for_and_keda_asks_prometheus(app: App) -> None:
    one = worker(Chart(app, "a", namespace="app"), BY_QUEUE)
    chart, built = stack(app, watches=[one])
    services = {each["metadata"]["name"] for each in find_all(chart, "APIService")}
    assert services == {"v1beta1.custom.metrics.k8s.io", "v1beta1.external.metrics.k8s.io"}
    role = find(chart, "Role", "horizontal-pod-autoscaler", "app")
    assert [(rule["apiGroups"], rule["resources"]) for rule in role["rules"]] == [
        (["custom.metrics.k8s.io"], ["pods/tasks"]),
        (["external.metrics.k8s.io"], ["celery_queue_length"]),
    ]
    assert not [call for call in built.facts.calls if call.source == OPERATOR]
    other = App()
    two = worker(Chart(other, "a", namespace="app"), replace(BY_QUEUE, autoscaler=KEDA))
    chart, built = stack(other, watches=[two])
    assert find_all(chart, "APIService") == []
    (call,) = (call for call in built.facts.calls if call.source == OPERATOR)
    assert (call.target.name, call.port) == ("prometheus", "http")


def test_with_keda_there_may_be_no_replica(app: App, chart: Chart) -> None:
    none = worker(chart, replace(BY_QUEUE, min_replicas=0, autoscaler=KEDA))
    assert find(chart, "ScaledObject", "worker")["spec"]["minReplicaCount"] == 0
    assert find(chart, "PodDisruptionBudget", "worker")["spec"]["maxUnavailable"] == 1
    SecurityBaseline(
        Chart(app, "ground"), "baseline", namespaces=[Namespace(name="app")], constructs=[none]
    )
    check(app)


@pytest.mark.parametrize(
    "scaling",
    [
        {"min_replicas": 0},
        {"min_replicas": 0, "external_metrics": (WAITING,)},
        {"min_replicas": 0, "autoscaler": KEDA},
    ],
)
def test_fails_with_no_replica_that_nothing_brings_back(scaling: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"Autoscaling\.min_replicas"):
        Autoscaling(**scaling)


def test_its_queue_is_on_its_dashboard(chart: Chart) -> None:
    (dashboard,) = worker(chart, BY_QUEUE).facts.dashboards
    assert dashboard.sections[0].title == "Queues"
    assert dashboard.sections[0].metrics == {"celery_queue_length"}


def test_fails_with_a_queue_that_nobody_measures(app: App) -> None:
    silent = replace(WAITING, query="sum(rabbitmq_queue_messages)")
    tier = worker(Chart(app, "a", namespace="app"), replace(BY_QUEUE, external_metrics=(silent,)))
    with pytest.raises(ConfigurationError, match="nobody exposes rabbitmq_queue_messages"):
        stack(app, watches=[tier])


def test_fails_with_one_name_for_two_queries(app: App) -> None:
    tiers = [
        WorkerTier(
            Chart(app, id, namespace="app"),
            id,
            container=Container(image="registry.example.com/shop/api:2.0.3"),
            metrics=Metrics(names=("celery_queue_length",)),
            scaling=Autoscaling(external_metrics=(replace(WAITING, query=query),)),
        )
        for id, query in (("a", WAITING.query), ("b", "sum(celery_queue_length)"))
    ]
    with pytest.raises(ConfigurationError, match="use another name: elsewhere this one is"):
        stack(app, watches=tiers)


@pytest.mark.parametrize("query", ["1", "sum(", "vector(1)"])
def test_fails_with_a_query_of_no_metric(query: str) -> None:
    with pytest.raises(ConfigurationError, match=r"ExternalMetric\.query"):
        replace(WAITING, query=query)
