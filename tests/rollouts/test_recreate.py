"""Rollouts that give up replicas: without a surge, and with none of the old beside the new."""

from __future__ import annotations

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Http,
    Probes,
    Replicas,
    RollingUpdate,
    WorkerTier,
    Workload,
)
from constructs_lib.rollouts import Recreate
from constructs_lib.testing import find, find_all

CONTAINER = Container(image="registry.example.com/shop/api:2.0.3")


def test_without_room_for_a_surge_a_replica_is_given_up(chart: Chart) -> None:
    rollout = RollingUpdate(max_surge_percent=0, max_unavailable=1)
    api = ApiTier(
        chart,
        "api",
        container=CONTAINER,
        scaling=Replicas(count=4),
        workload=Workload(rollout=rollout),
    )
    strategy = find(chart, "Deployment", "api")["spec"]["strategy"]
    assert strategy["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
    # The next one starts while the one before still ends.
    assert api.facts.footprints[0].pods == 4 + 4


def test_fails_without_surge_and_without_a_replica_to_give_up() -> None:
    with pytest.raises(ConfigurationError, match=r"max_unavailable: got 0; give up at least one"):
        RollingUpdate(max_surge_percent=0)


def test_fails_where_all_replicas_are_given_up(chart: Chart) -> None:
    rollout = RollingUpdate(max_surge_percent=0, max_unavailable=3)
    with pytest.raises(ConfigurationError, match=r"max_unavailable: got 3; keep one of the 3"):
        ApiTier(chart, "api", container=CONTAINER, workload=Workload(rollout=rollout))


def test_none_of_the_old_is_beside_the_new(chart: Chart) -> None:
    WorkerTier(
        chart,
        "scheduler",
        container=CONTAINER,
        scaling=Replicas(count=1),
        workload=Workload(rollout=Recreate()),
        longest_task_seconds=115,
    )
    spec = find(chart, "Deployment", "scheduler")["spec"]
    assert spec["strategy"] == {"type": "Recreate"}
    assert spec["replicas"] == 1
    # The end of the old one is in it.
    assert spec["progressDeadlineSeconds"] == 600 + 120
    assert find_all(chart, "PodDisruptionBudget") == []


def test_fails_when_a_start_takes_longer_than_the_rollout_may(chart: Chart) -> None:
    slow = Http(probes=Probes(startup_budget_seconds=900))
    rollout = Recreate(progress_deadline_seconds=900)
    with pytest.raises(ConfigurationError, match="a start may take 900"):
        ApiTier(chart, "api", container=CONTAINER, http=slow, workload=Workload(rollout=rollout))


@pytest.mark.parametrize(("rollout", "more"), [(RollingUpdate(), 10), (Recreate(), 65)])
def test_a_rollout_has_time_for_a_long_start(
    chart: Chart, rollout: RollingUpdate | Recreate, more: int
) -> None:
    slow = Http(probes=Probes(startup_budget_seconds=900))
    ApiTier(chart, "api", container=CONTAINER, http=slow, workload=Workload(rollout=rollout))
    spec = find(chart, "Deployment", "api")["spec"]
    # Five minutes before it, ten seconds for readiness, and what the rollout itself waits for.
    assert spec["progressDeadlineSeconds"] == 300 + 900 + 10 + more
