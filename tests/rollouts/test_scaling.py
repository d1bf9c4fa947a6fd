"""Replicas are a number or an autoscaler's, and a budget protects them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    Autoscaling,
    ConfigurationError,
    Container,
    DisruptionBudget,
    Replicas,
    Workload,
)
from constructs_lib.facts import Neighbour, PodMetric
from constructs_lib.pods import Istio
from constructs_lib.rollouts import Keda, Scaling, ScalingPace
from constructs_lib.runtimes import NodeServer
from constructs_lib.testing import find, find_all

KEDA = Keda(
    prometheus="http://prometheus.monitoring.svc.cluster.local:9090",
    operator=Neighbour(name="keda", namespace="keda", selector={"app": "keda-operator"}),
)
CONTAINER = Container(image="registry.example.com/shop/api:2.0.3")


def api(chart: Chart, scaling: Scaling, budget: DisruptionBudget = DisruptionBudget()) -> None:
    ApiTier(
        chart,
        "api",
        container=CONTAINER,
        scaling=scaling,
        workload=Workload(disruption_budget=budget),
    )


def test_what_an_autoscaler_adds_to_one_pod_has_a_budget(chart: Chart) -> None:
    api(chart, Autoscaling(min_replicas=1, max_replicas=10))
    assert find(chart, "PodDisruptionBudget", "api")["spec"]["maxUnavailable"] == 1


def test_autoscaling(chart: Chart, manifest: SnapshotAssertion) -> None:
    api(
        chart,
        Autoscaling(
            min_replicas=2,
            max_replicas=20,
            cpu_percent=60,
            memory_percent=80,
            pod_metrics=[PodMetric(name="queued_requests", average=5)],
            scale_up=ScalingPace(stabilization_seconds=15, pods=2, percent=None, period_seconds=20),
            scale_down=ScalingPace(
                stabilization_seconds=600, pods=1, percent=5, period_seconds=120
            ),
        ),
    )
    assert find_all(chart, "HorizontalPodAutoscaler") == manifest


@pytest.mark.mission("B46")
@pytest.mark.mission("B47")
@pytest.mark.mission("B48")
@pytest.mark.parametrize(
    ("scaling", "followed"),
    [
        (Autoscaling(), ["cpu", "memory"]),
        (Autoscaling(cpu_percent=None), ["memory"]),
        (Autoscaling(memory_percent=None), ["cpu"]),
        (
            Autoscaling(
                cpu_percent=None,
                memory_percent=None,
                pod_metrics=[
                    PodMetric(name="queued", average=5),
                    PodMetric(name="open", average=9),
                ],
            ),
            ["queued", "open"],
        ),
    ],
)
def test_an_autoscaler_follows_what_it_is_told(
    chart: Chart, scaling: Autoscaling, followed: list[str]
) -> None:
    def name(metric: dict[str, Any]) -> object:
        return (
            metric["resource"]["name"] if "resource" in metric else metric["pods"]["metric"]["name"]
        )

    api(chart, scaling)
    metrics = find(chart, "HorizontalPodAutoscaler", "api")["spec"]["metrics"]
    assert [name(metric) for metric in metrics] == followed


@pytest.mark.mission("B114")
def test_replicas_are_the_number_in_the_deployment(chart: Chart) -> None:
    api(chart, Replicas(count=7))
    assert find(chart, "Deployment", "api")["spec"]["replicas"] == 7
    assert find_all(chart, "HorizontalPodAutoscaler") == []


def test_disruption_budget(chart: Chart, manifest: SnapshotAssertion) -> None:
    api(chart, Replicas(count=5), DisruptionBudget(max_unavailable=2))
    assert find_all(chart, "PodDisruptionBudget") == manifest


def test_a_budget_may_be_a_percentage(chart: Chart) -> None:
    api(chart, Replicas(count=200), DisruptionBudget(max_unavailable="10%"))
    assert find(chart, "PodDisruptionBudget", "api")["spec"]["maxUnavailable"] == "10%"


@pytest.mark.parametrize("most", ["100%", "0%", "10", "10 %"])
def test_fails_with_what_is_no_percentage(most: str) -> None:
    with pytest.raises(ConfigurationError, match="write a percentage such as '10%'"):
        DisruptionBudget(max_unavailable=most)


@pytest.mark.mission("B136")
@pytest.mark.parametrize(
    ("scaling", "most", "needed"),
    [
        (Replicas(count=3), 3, 4),
        (Autoscaling(min_replicas=2), 2, 3),
        (Replicas(count=2), "60%", 3),
    ],
)
def test_fails_with_a_budget_for_all_replicas(
    chart: Chart, scaling: Scaling, most: int | str, needed: int
) -> None:
    budget = DisruptionBudget(max_unavailable=most)
    says = (
        rf"DisruptionBudget\.max_unavailable: got {most!r}; have more replicas than that, "
        rf"at least {needed} \(now {scaling.minimum}\)"
    )
    with pytest.raises(ConfigurationError, match=says):
        api(chart, scaling, budget)


def measured(chart: Chart, id: str, container: Container, **said: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    ApiTier(chart, id, container=container, **said)
    metrics: list[dict[str, Any]] = find(chart, "HorizontalPodAutoscaler", id)["spec"]["metrics"]
    return metrics


def test_memory_that_is_kept_at_rest_is_no_target(chart: Chart) -> None:
    little, much = (replace(CONTAINER, memory_at_rest=size) for size in ("389Mi", "392Mi"))
    target = {"type": "Utilization", "averageUtilization": 85}
    memory = {"type": "Resource", "resource": {"name": "memory", "target": target}}
    # Of 512 MiB, and 76.5 is a tenth below 85.
    assert memory in measured(chart, "little", little)
    assert [each["resource"]["name"] for each in measured(chart, "much", much)] == ["cpu"]
    node = measured(chart, "node", CONTAINER, runtime=NodeServer())
    assert [each["resource"]["name"] for each in node] == ["cpu"]


def test_fails_with_a_target_below_what_is_kept_at_rest(chart: Chart) -> None:
    kept = replace(CONTAINER, memory_at_rest="400Mi")
    said = r"Autoscaling\.memory_percent: got 80; the container keeps 79 % of its memory at rest"
    with pytest.raises(ConfigurationError, match=said):
        measured(chart, "a", kept, scaling=Autoscaling(memory_percent=80))
    said = r"Autoscaling\.cpu_percent: got None; follow another metric than memory"
    with pytest.raises(ConfigurationError, match=said):
        measured(chart, "b", kept, scaling=Autoscaling(cpu_percent=None))


@pytest.mark.parametrize(
    "workload",
    [
        Workload(mesh=Istio()),
        Workload(sidecars=[Container(image="registry.example.com/proxy:1.0.0", name="proxy")]),
    ],
    ids=["a mesh", "a sidecar"],
)
def test_what_runs_beside_it_does_not_count(chart: Chart, workload: Workload) -> None:
    metrics = measured(chart, "api", CONTAINER, workload=workload)
    assert {each["type"] for each in metrics} == {"ContainerResource"}
    assert {each["containerResource"]["container"] for each in metrics} == {CONTAINER.name}
    keda = Autoscaling(memory_percent=None, autoscaler=KEDA)
    ApiTier(chart, "keda", container=CONTAINER, workload=workload, scaling=keda)
    (trigger,) = find(chart, "ScaledObject", "keda")["spec"]["triggers"]
    assert trigger["metadata"] == {"value": "70", "containerName": CONTAINER.name}
