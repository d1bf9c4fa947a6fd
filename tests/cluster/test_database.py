"""The database loses nothing that was confirmed, whatever happens to one of its members."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from tests.cluster import machine
from tests.cluster.client import program, running
from tests.cluster.kubectl import Object, drain, kubectl, pods, until, zone_of
from tests.cluster.load import load
from tests.cluster.poolers import paused
from tests.cluster.sql import psql
from tests.platform.shop import Shop

Figure = dict[str, object]
_PRIMARY = "app.kubernetes.io/name=postgres,role=primary"
_MEMBERS = "app.kubernetes.io/name=postgres"
# As long as a pooler lets its clients wait.
_FAILOVER_SECONDS = 45


@dataclass(kw_only=True, slots=True)
class Orders:
    """What a client placed: ids that were confirmed, and the longest time without one."""

    confirmed: list[str] = field(default_factory=list)
    failed: int = 0
    gap_seconds: float = 0


@contextmanager
def orders(shop: Shop) -> Iterator[Orders]:
    """Place orders through the proxy, the API and the pooler until the end of the block."""
    placed = Orders()
    url = f"https://{shop.made.host.name}/api/orders"
    with running(program("orders", url, 0.1)) as output:
        yield placed
    answers = [json.loads(line) for line in output.lines]
    taken = [each for each in answers if "id" in each]
    ends = [each["at"] + each["took"] for each in taken]
    placed.confirmed += [each["id"] for each in taken]
    placed.failed = len(answers) - len(taken)
    placed.gap_seconds = max(b - a for a, b in pairwise(ends))


def primary() -> Object:
    """Return the pod of the primary."""
    (found,) = until(lambda: pods(_PRIMARY, namespace="app"), "a primary", patience=180)
    return found


def settled() -> bool:
    """Tell whether all members run, one of them as primary."""
    members = pods(_MEMBERS, namespace="app")
    ready = [
        each
        for each in members
        for condition in each["status"].get("conditions", [])
        if (condition["type"], condition["status"]) == ("Ready", "True")
    ]
    return len(ready) == 3 and len(pods(_PRIMARY, namespace="app")) == 1


def _kill() -> None:
    name = primary()["metadata"]["name"]
    kubectl("exec", name, "-n", "app", "-c", "postgres", "--", "pkill", "-9", "-o", "postgres")


def _delete() -> None:
    kubectl("delete", "pod", primary()["metadata"]["name"], "-n", "app")


def _drain() -> None:
    drain(primary()["spec"]["nodeName"])


def _lose_standbys() -> None:
    standbys = pods(f"{_MEMBERS},role=replica", namespace="app")
    assert len(standbys) == 2
    names = (each["metadata"]["name"] for each in standbys)
    kubectl("delete", "pod", *names, "-n", "app", "--grace-period=1")


def _cut_zone() -> None:
    with machine.without(zone_of(primary()["spec"]["nodeName"])):
        time.sleep(90)


def _pause_api_server() -> None:
    with machine.api_server_paused():
        time.sleep(60)


EVENTS: dict[str, Callable[[], None]] = {
    "primary killed": _kill,
    "primary deleted": _delete,
    "node drained": _drain,
    "both standbys lost": _lose_standbys,
    "zone cut": _cut_zone,
    "API server paused": _pause_api_server,
}


@pytest.mark.mission("B24")
@pytest.mark.mission("B79")
@pytest.mark.mission("B81")
@pytest.mark.needs("zones", "storage")
@pytest.mark.parametrize("event", EVENTS)
def test_nothing_confirmed_is_lost(event: str, serving: Shop, figure: Figure) -> None:
    until(settled, "a settled database", patience=300)
    with orders(serving) as placed:
        time.sleep(10)
        EVENTS[event]()
        until(settled, "a settled database", patience=300)
        time.sleep(10)
    lost = set(placed.confirmed) - kept(placed.confirmed)
    figure.update(
        what=event,
        confirmed=len(placed.confirmed),
        failed=placed.failed,
        seconds_without=round(placed.gap_seconds, 1),
        lost=len(lost),
    )
    assert lost == set()
    assert placed.gap_seconds < 120


def kept(ids: list[str]) -> set[str]:
    """Return those orders that the primary has."""
    said = psql(primary()["metadata"]["name"], "app", "SELECT id FROM orders")
    return set(said.split()) & set(ids)


@pytest.mark.mission("B137")
def test_a_slow_database_restarts_nobody(serving: Shop, figure: Figure) -> None:
    before = _restarts()
    with load(f"https://{serving.made.host.name}/api/orders") as asked:
        time.sleep(10)
        with paused():
            time.sleep(_FAILOVER_SECONDS)
        time.sleep(60)
    figure.update(what="slow database", requests=asked.sent, failed=len(asked.failures))
    assert _restarts() == before
    assert asked.failed_after(10 + _FAILOVER_SECONDS + 30) == 0


def _restarts() -> dict[str, int]:
    return {
        pod["metadata"]["name"]: container["restartCount"]
        for pod in pods("app.kubernetes.io/name in (api,web,socket)", namespace="app")
        for container in pod["status"]["containerStatuses"]
    }
