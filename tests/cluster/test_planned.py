"""What is planned costs no request: updates, changes, rotation, scaling, eviction, drain."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from tests.cluster.kubectl import drain, kubectl, pods, rolled_out
from tests.cluster.load import Load, load
from tests.cluster.platform import change
from tests.cluster.settings import highly_available
from tests.platform.shop import Shop

Figure = dict[str, object]
_TIERS = ("api", "socket", "web")
_TIER = "app.kubernetes.io/name={}"


@contextmanager
def requests(domain: str) -> Iterator[list[Load]]:
    """Ask the page and the API all the time."""
    with ExitStack() as both:
        yield [both.enter_context(load(f"https://{domain}{path}")) for path in ("/", "/api/orders")]


def _rolled_out() -> None:
    rolled_out(*(f"deployment/{tier}" for tier in _TIERS), namespace="app")


# Whatever ran before, what an event changes is new.
_number = itertools.count(1)


def _update() -> None:
    base, cpu = highly_available(), f"{100 + next(_number)}m"
    change(
        replace(
            base,
            api_resources=replace(base.api_resources, cpu=cpu),
            web_resources=replace(base.web_resources, cpu=cpu),
        )
    )


def _roll_back() -> None:
    for tier in ("api", "web"):
        kubectl("rollout", "undo", f"deployment/{tier}", "-n", "app")


def _rotate() -> None:
    base = highly_available()
    key = replace(base.server_actions_key, revision=str(next(_number)))
    change(replace(base, server_actions_key=key))


def _evict() -> None:
    for tier in _TIERS:
        pod, *_ = pods(_TIER.format(tier), namespace="app")
        name = pod["metadata"]["name"]
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": name, "namespace": "app"},
        }
        path = f"/api/v1/namespaces/app/pods/{name}/eviction"
        kubectl("create", "--raw", path, "-f", "-", given=json.dumps(eviction))


def _drain() -> None:
    pod, *_ = pods(_TIER.format("web"), namespace="app")
    drain(pod["spec"]["nodeName"])


PLANNED: dict[str, Callable[[], None]] = {
    "rolling update": _update,
    "rollback": _roll_back,
    "rotation of a Secret": _rotate,
    "eviction": _evict,
    "drain": _drain,
}
# The lines of the specification that an event shows.
_LINES = {
    "rolling update": ("B9", "B90", "B119"),
    "rollback": ("B91",),
    "rotation of a Secret": ("B64",),
}


@pytest.mark.parametrize(
    "event",
    [pytest.param(each, marks=pytest.mark.mission(*_LINES.get(each, ()))) for each in PLANNED],
)
def test_no_request_fails(event: str, shop: Shop, figure: Figure) -> None:
    _update()
    _rolled_out()
    before = _names()
    with requests(shop.made.host.name) as loads:
        started = time.monotonic()
        PLANNED[event]()
        time.sleep(2)
        _rolled_out()
        took = time.monotonic() - started
    replaced = before - _names()
    figure.update(
        what=event,
        seconds=round(took),
        requests=sum(each.sent for each in loads),
        replaced=len(replaced),
    )
    assert [each.failures for each in loads] == [[], []]
    assert replaced


def _names() -> set[str]:
    return {
        pod["metadata"]["name"]
        for tier in _TIERS
        for pod in pods(_TIER.format(tier), namespace="app")
    }
