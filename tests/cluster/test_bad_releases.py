"""A bad release never takes a service down, and is reported within its deadline."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial

import pytest

from tests.cluster import inbox
from tests.cluster.kubectl import kubectl, objects, rolled_out, until
from tests.cluster.load import load
from tests.cluster.websockets import sessions
from tests.platform.shop import Shop

# One for each tier at once, since each takes as long as the deadline.
_BAD: dict[str, dict[str, object]] = {
    "web": {"image": "registry.example.com/shop/web:0.0.0-missing"},
    "api": {"command": ["false"]},
    "socket": {"command": ["sleep", "3600"], "livenessProbe": None, "startupProbe": None},
}

_STUCK = "KubeDeploymentRolloutStuck"
# The deadline of the API waits for its migration, so a crash loop is told before it.
_LOOP = "KubePodCrashLooping"


@pytest.fixture
def released(shop: Shop) -> Iterator[float]:
    """Release an image that is missing, a crash loop and one that is never ready; roll back."""
    for tier, change in _BAD.items():
        patch = {"spec": {"template": {"spec": {"containers": [{"name": "app", **change}]}}}}
        kubectl("patch", f"deployment/{tier}", "-n", "app", "--patch", json.dumps(patch))
    inbox.clear()
    yield time.monotonic()
    for tier in _BAD:
        kubectl("rollout", "undo", f"deployment/{tier}", "-n", "app")
        rolled_out(f"deployment/{tier}", namespace="app")
    inbox.told(_STUCK, resolved=True)


@pytest.mark.mission("B101")
def test_bad_releases(shop: Shop, released: float, figure: dict[str, object]) -> None:
    deadlines = {
        tier: objects(f"deployment/{tier}", "-n", "app")[0]["spec"]["progressDeadlineSeconds"]
        for tier in _BAD
    }
    reported: dict[str, int] = {}
    host = shop.made.host.name
    with (
        load(f"https://{host}/") as pages,
        load(f"https://{host}/api/orders") as orders,
        sessions(shop, clients=5) as held,
    ):
        for tier in ("web", "socket"):
            until(partial(_is_reported, tier), f"a report of {tier}", patience=700)
            reported[tier] = round(time.monotonic() - released)
        inbox.told(_LOOP)
        reported["api"] = round(time.monotonic() - released)
        inbox.told(_STUCK)
    figure.update(what="bad releases", reported_after=reported, requests=pages.sent + orders.sent)
    assert (pages.failures, orders.failures, held.closed()) == ([], [], [])
    assert all(reported[tier] < deadlines[tier] + 30 for tier in _BAD)


def _is_reported(tier: str) -> bool:
    (found,) = objects(f"deployment/{tier}", "-n", "app")
    return any(
        each["type"] == "Progressing" and each.get("reason") == "ProgressDeadlineExceeded"
        for each in found["status"]["conditions"]
    )
