"""Websockets live through what others do, and are closed one by one by what their own tier does."""

from __future__ import annotations

import time

import pytest

from tests.cluster.kubectl import kubectl, rolled_out
from tests.cluster.websockets import sessions
from tests.platform.shop import Shop

Figure = dict[str, object]
CLIENTS = 20


def _restart(tier: str) -> None:
    kubectl("rollout", "restart", f"deployment/{tier}", "-n", "app")
    rolled_out(f"deployment/{tier}", namespace="app", patience=400)


@pytest.mark.mission("B40")
def test_sessions_survive_the_updates_of_others(shop: Shop, figure: Figure) -> None:
    with sessions(shop, clients=CLIENTS) as held:
        _restart("api")
        _restart("web")
    figure.update(
        what="updates of others", closed=len(held.closed()), messages=len(held.accepted())
    )
    assert held.closed() == []
    assert [held.missed_by(client) for client in range(CLIENTS)] == [set()] * CLIENTS
    assert held.accepted() != set()


@pytest.mark.mission("B16")
def test_an_update_closes_them_over_the_drain(shop: Shop, figure: Figure) -> None:
    with sessions(shop, clients=CLIENTS) as held:
        _restart("socket")
        # The last pod drains on after its successor is ready.
        time.sleep(130)
    closed = held.closed()
    span = max(each["at"] for each in closed) - min(each["at"] for each in closed)
    figure.update(
        what="update of the socket tier",
        closed=len(closed),
        over_seconds=round(span),
        messages=len(held.accepted()),
    )
    assert {each["code"] for each in closed} == {1012}, "a close frame, and no broken connection"
    assert len({each["client"] for each in closed}) == CLIENTS
    assert span > 60
    assert [held.missed_by(client) for client in range(CLIENTS)] == [set()] * CLIENTS
