"""Tiers that have much to do get pods, and give them back without losing a request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest

from tests.cluster.client import running
from tests.cluster.kubectl import kubectl, objects, pods, until
from tests.cluster.load import RATE, load
from tests.cluster.poolers import paused
from tests.platform.shop import Shop

_FEWEST = 2
# The stabilization of both, and a minute for each pod that goes.
_CALM_SECONDS = 900
# The fewest pods have to be enough for it.
_CALM_RATE = RATE // 4


@contextmanager
def _computing(tier: str) -> Iterator[None]:
    """Let something compute in each pod of a tier until the end of the block."""
    names = [
        each["metadata"]["name"] for each in pods(f"app.kubernetes.io/name={tier}", namespace="app")
    ]
    # It ends by itself too, so that it outlives no test for long.
    endless = "(timeout 300 sh -c 'while :; do :; done' > /dev/null 2>&1 & echo $! > /tmp/busy)"
    for name in names:
        kubectl("exec", name, "-n", "app", "--", "sh", "-c", endless)
    try:
        yield
    finally:
        for name in names:
            end = ("sh", "-c", "kill $(cat /tmp/busy)")
            kubectl("exec", name, "-n", "app", "--", *end)


def _pods(tier: str) -> int:
    (found,) = objects(f"hpa/{tier}", "-n", "app")
    replicas: int = found["status"]["desiredReplicas"]
    return replicas


def _counts_by(tier: str, metric: str) -> bool:
    """Tell whether the number of pods follows from this metric, among those of the autoscaler."""
    (found,) = objects(f"hpa/{tier}", "-n", "app")
    conditions = {each["type"]: each for each in found["status"]["conditions"]}
    return metric in conditions["ScalingActive"]["message"]


@pytest.mark.mission("B14")
@pytest.mark.mission("B48")
@pytest.mark.mission("B115")
@pytest.mark.needs("metrics")
def test_scaling_up_and_down(shop: Shop, figure: dict[str, object]) -> None:
    page, orders = (f"https://{shop.made.host.name}{path}" for path in ("/", "/api/orders"))
    for tier in ("api", "web"):
        until(partial(lambda tier: _pods(tier) == _FEWEST, tier), tier, patience=_CALM_SECONDS)
    started = time.monotonic()
    with ExitStack() as busy:
        busy.enter_context(_computing("web"))
        until(lambda: _pods("web") > _FEWEST, "more pods by CPU", patience=300)
        by_cpu = time.monotonic() - started
    started = time.monotonic()
    waiting = "vegeta attack -rate=0 -max-workers=32 -duration=0 -timeout=60s -insecure"
    with running(f"echo 'GET {orders}' | {waiting}", reads="wc -c"), paused():
        until(lambda: _pods("api") > _FEWEST, "more pods by requests in flight", patience=300)
        by_requests = time.monotonic() - started
        counted = _counts_by("api", "http_requests_in_flight")
    time.sleep(60)
    started = time.monotonic()
    most = {tier: _pods(tier) for tier in ("api", "web")}
    with load(page, rate=_CALM_RATE) as pages, load(orders, rate=_CALM_RATE) as answers:
        for tier, pods_then in most.items():
            fewer = partial(lambda tier, before: _pods(tier) < before, tier, pods_then)
            until(fewer, f"fewer pods of {tier}", patience=_CALM_SECONDS)
        time.sleep(30)
    figure.update(
        what="autoscaling",
        up_by_cpu_after=round(by_cpu),
        up_by_requests_in_flight_after=round(by_requests),
        down_after=round(time.monotonic() - started),
        requests_while_down=pages.sent + answers.sent,
    )
    assert counted
    assert (pages.failures, answers.failures) == ([], [])
