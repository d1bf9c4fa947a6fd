"""An image of each runtime starts, and answers through the proxy."""

from __future__ import annotations

import json
import time

import pytest

from tests.cluster.client import in_client
from tests.cluster.websockets import sessions
from tests.platform.shop import Shop


@pytest.mark.mission("B5")
def test_web(serving: Shop) -> None:
    assert "<html" in _ask(serving, "/")


@pytest.mark.mission("B10")
@pytest.mark.mission("B30")
@pytest.mark.mission("B39")
def test_api(serving: Shop) -> None:
    order = '{"item": "cup", "quantity": 2}'
    placed = _ask(serving, "/api/orders", "-H", "Content-Type: application/json", "-d", order)
    found = json.loads(_ask(serving, f"/api/orders/{json.loads(placed)['id']}"))
    assert (found["item"], found["quantity"]) == ("cup", 2)


@pytest.mark.mission("B15")
@pytest.mark.mission("B40")
def test_socket(serving: Shop) -> None:
    with sessions(serving, clients=1) as held:
        time.sleep(3)
    assert held.accepted() != set()
    assert held.missed_by(0) == set()


@pytest.mark.mission("B38")
def test_plain_http_is_redirected(serving: Shop) -> None:
    told = ("-o", "/dev/null", "-w", "%{http_code} %{redirect_url}")
    name = serving.made.host.name
    assert in_client("curl", "-sS", *told, f"http://{name}/a") == f"301 https://{name}/a"


def _ask(shop: Shop, path: str, *options: str) -> str:
    return in_client("curl", "-sSfk", *options, f"https://{shop.made.host.name}{path}")
