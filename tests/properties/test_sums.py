"""What is shared out of a limit never exceeds it."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import cast

import pytest
from cdk8s import App, Chart
from hypothesis import strategies as st

from constructs_lib import (
    Autoscaling,
    BlueGreen,
    Canary,
    Container,
    DatabaseEndpoint,
    Gunicorn,
    Http,
    Lifecycle,
    Placement,
    Probes,
    Replicas,
    Resources,
    RollingUpdate,
)
from constructs_lib.facts import Footprint, Indicator
from constructs_lib.labels import Identity
from constructs_lib.pods import Pod, Probe
from constructs_lib.pods.lifecycle import Shutdown
from constructs_lib.quantities import parse
from constructs_lib.runtimes import NodeServer
from constructs_lib.security import Headroom
from constructs_lib.security.demand import Demand
from constructs_lib.security.quotas import quota
from constructs_lib.testing import find
from constructs_lib.tiers.database import connect
from constructs_lib.tiers.deadlines import Deadlines
from tests.properties.outcomes import try_examples
from tests.properties.strategies import served, value

SCALINGS = value(Replicas) | value(Autoscaling)


def pod(container: Container, shutdown: Shutdown) -> Pod:
    return Pod(
        identity=Identity(name="api", namespace="app", component="api"),
        containers=[Http().serve(container, NodeServer().checks)],
        grace_period_seconds=shutdown.grace_period_seconds,
        placement=Placement(),
        indicator=Indicator(total="requests_total", failed='code="500"'),
    )


@pytest.mark.mission("B45")
def test_the_worst_moment_of_a_rollout_holds_all_pods_that_it_may_have() -> None:
    def example(data: st.DataObject) -> None:
        update, scaling = data.draw(value(RollingUpdate)), data.draw(SCALINGS)
        container, shutdown = data.draw(served()), data.draw(value(Shutdown))
        worst = update.footprint(pod(container, shutdown), scaling)
        surge = math.ceil(scaling.maximum * update.max_surge_percent / 100)
        assert worst.pods >= scaling.maximum + max(surge, 1)
        assert worst.containers == (container.resources.amounts(),)
        assert worst.namespace == "app"

    try_examples(example)


@pytest.mark.mission("B45")
def test_two_tracks_take_what_both_take() -> None:
    def example(data: st.DataObject) -> None:
        rollout, scaling = data.draw(value(BlueGreen) | value(Canary)), data.draw(SCALINGS)
        alone = pod(data.draw(served()), data.draw(value(Shutdown)))
        worst = rollout.footprint(alone, scaling)
        assert worst.pods >= rollout.update.footprint(alone, scaling).pods
        assert worst.objects["count/deployments.apps"] == 2

    try_examples(example)


@pytest.mark.mission("B42", "B43", "B44", "B45")
def test_a_quota_is_at_least_the_sum_of_all_footprints() -> None:
    def example(data: st.DataObject) -> None:
        footprints = data.draw(st.lists(value(Footprint), min_size=1, max_size=4))
        demand = Demand(namespace="app", footprints=footprints)
        chart = Chart(App(), "cluster")
        quota(chart, demand, storage=[], headroom=data.draw(value(Headroom)))
        hard = {
            name: parse(amount)
            for name, amount in find(chart, "ResourceQuota", "quota")["spec"]["hard"].items()
        }
        parts = [
            (part, footprint.pods) for footprint in footprints for part in footprint.containers
        ]
        each = [(part, pods) for part, pods in parts if not part.starts]
        assert all(hard["limits.memory"] >= part.memory * pods for part, pods in parts)
        claims = [claim for footprint in footprints for claim in footprint.claims]
        assert hard["pods"] >= sum(footprint.pods for footprint in footprints)
        assert hard["requests.cpu"] >= sum(part.cpu * pods for part, pods in each)
        assert hard["limits.memory"] >= sum(part.memory * pods for part, pods in each)
        assert hard["requests.storage"] >= sum(claim.size * claim.count for claim in claims)
        assert hard.get("limits.cpu", Decimal("inf")) >= sum(
            (part.cpu_limit or Decimal("inf")) * pods for part, pods in each if pods
        )
        for footprint in footprints:
            for kind, count in footprint.objects.items():
                assert hard[kind] >= count

    try_examples(example)


@pytest.mark.mission("B105")
def test_the_processes_of_gunicorn_fit_into_memory() -> None:
    def example(data: st.DataObject) -> None:
        resources = data.draw(value(Resources))
        processes = Gunicorn().processes(resources)
        amounts = resources.amounts()
        assert 1 <= processes <= 2 * amounts.cpu + 1
        assert processes == 1 or processes * 288 * 2**20 <= amounts.memory

    try_examples(example)


@pytest.mark.mission("B105")
def test_the_pools_of_all_processes_fit_into_the_share_of_the_database() -> None:
    def example(data: st.DataObject) -> None:
        database = data.draw(value(DatabaseEndpoint))
        gunicorn, scaling = data.draw(value(Gunicorn)), data.draw(SCALINGS)
        one = pod(data.draw(served()), data.draw(value(Shutdown)))
        pods = data.draw(value(RollingUpdate)).footprint(one, scaling).pods
        processes = gunicorn.processes(one.main.resources)
        connected = connect(
            one.main, database, pods=pods, processes=processes, threads=gunicorn.threads
        )
        size = int(connected.env.get("DATABASE_POOL_SIZE") or connected.env["POOL"])
        assert 1 <= size <= gunicorn.threads
        assert size * processes * pods <= database.connections

    try_examples(example, share=0.2)


@pytest.mark.mission("B8", "B13")
def test_a_start_gets_its_budget_and_no_answer_is_cut() -> None:
    def example(data: st.DataObject) -> None:
        probes, usual = data.draw(value(Probes)), Gunicorn().checks
        startup, live = probes.started(8080, usual), probes.live(8080, usual)
        if startup is not None and not isinstance(probes.startup, Probe):
            budget = probes.startup_budget_seconds
            assert budget <= startup.budget_seconds < budget + startup.period_seconds
        for probe in (startup, live, probes.ready(8080, usual)):
            if probe is not None and probe.port == 8080:
                assert probe.timeout_seconds <= probe.period_seconds

    try_examples(example)


def test_the_grace_period_holds_the_pause_and_the_drain() -> None:
    def example(data: st.DataObject) -> None:
        lifecycle = data.draw(value(Lifecycle))
        deadlines = Deadlines(runtime=NodeServer(), lifecycle=lifecycle)
        pause, shutdown = deadlines.pause_seconds, deadlines.shutdown
        assert shutdown.grace_period_seconds > pause + deadlines.drain_seconds
        assert any(f"{pause}" in word for word in cast("list[str]", shutdown.pre_stop))

    try_examples(example)
