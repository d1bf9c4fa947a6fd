"""What is planned costs no request: updates, changes, rotation, scaling, eviction, drain."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from tests.cluster.kubectl import kubectl, pods, rolled_out
from tests.cluster.load import Load, load
from tests.cluster.platform import change
from tests.cluster.settings import highly_available
from tests.platform.shop import Shop

Figure = dict[str, object]
_TIERS = ("api", "socket", "web")


@contextmanager
def requests(domain: str) -> Iterator[list[Load]]:
    """Ask the page and the API all the time."""
    with ExitStack() as both:
        yield [
            both.enter_context(load(f"https://{domain}{path}", rate=40))
            for path in ("/", "/api/orders")
        ]


def _rolled_out() -> None:
    rolled_out(*(f"deployment/{tier}" for tier in _TIERS), namespace="app")


def _update() -> None:
    base = highly_available()
    change(
        replace(
            base,
            api_resources=replace(base.api_resources, cpu="110m"),
            web_resources=replace(base.web_resources, cpu="110m"),
        )
    )


def _roll_back() -> None:
    for tier in ("api", "web"):
        kubectl("rollout", "undo", f"deployment/{tier}", "-n", "app")


def _rotate() -> None:
    base = highly_available()
    key = replace(base.server_actions_key, revision="2")
    change(replace(base, server_actions_key=key))


def _evict() -> None:
    for tier in _TIERS:
        pod, *_ = pods(f"app.kubernetes.io/name={tier}", namespace="app")
        name = pod["metadata"]["name"]
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": name, "namespace": "app"},
        }
        path = f"/api/v1/namespaces/app/pods/{name}/eviction"
        kubectl("create", "--raw", path, "-f", "-", given=json.dumps(eviction))


PLANNED: dict[str, Callable[[], None]] = {
    "rolling update": _update,
    "rollback": _roll_back,
    "rotation of a Secret": _rotate,
    "eviction": _evict,
}
# The lines of the specification that an event shows.
_LINES = {
    "rolling update": ("B9", "B90", "B119"),
    "rollback": ("B91",),
    "rotation of a Secret": ("B64",),
    "eviction": (),
}


@pytest.mark.parametrize(
    "event", [pytest.param(each, marks=pytest.mark.mission(*_LINES[each])) for each in PLANNED]
)
def test_no_request_fails(event: str, shop: Shop, figure: Figure) -> None:
    with requests(shop.made.host.name) as loads:
        started = time.monotonic()
        PLANNED[event]()
        time.sleep(2)
        _rolled_out()
        took = time.monotonic() - started
    figure.update(what=event, seconds=round(took), requests=sum(each.sent for each in loads))
    assert [each.failures for each in loads] == [[], []]
