"""A lost zone costs its share of the requests until its node is found lost, and then none.

It is told of, and that it is back.
"""

from __future__ import annotations

import time

import pytest

from tests.cluster import inbox, machine
from tests.cluster.kubectl import objects, pods, until, zone_of
from tests.cluster.load import RATE, load
from tests.platform.shop import Shop

_ALERT = "KubeNodeNotReady"


def _is_lost(name: str) -> bool:
    (node,) = objects("node", name)
    ready = {each["type"]: each["status"] for each in node["status"]["conditions"]}["Ready"]
    return bool(ready != "True")


@pytest.mark.mission("B11")
@pytest.mark.mission("B78")
@pytest.mark.needs("zones")
def test_a_lost_zone(shop: Shop, figure: dict[str, object]) -> None:
    (client,) = pods("app.kubernetes.io/name=client", namespace="client")
    nodes = {
        each["spec"]["nodeName"] for each in pods("app.kubernetes.io/name=web", namespace="app")
    }
    proxies = pods("app=envoy", namespace="projectcontour")
    name = min(nodes - {client["spec"]["nodeName"]})
    zone = zone_of(name)
    inbox.clear()
    with load(f"https://{shop.made.host.name}/") as asked:
        started = time.monotonic()
        with machine.without(zone):
            until(lambda: _is_lost(name), "the node is found lost")
            noticed = time.monotonic() - started
            inbox.told(_ALERT, patience=1500)
            told = time.monotonic() - started
    inbox.told(_ALERT, resolved=True)
    # It has a part of the proxies, and of the pods that they lead to.
    share = 1 - (1 - 1 / len(proxies)) * (1 - 1 / len(nodes))
    late = asked.failed_after(noticed + 10)
    figure.update(
        what="zone lost",
        requests=asked.sent,
        failed=len(asked.failures),
        noticed_after=round(noticed),
        told_after=round(told),
        failed_later=late,
    )
    assert late == 0
    assert len(asked.failures) <= share * RATE * (noticed + 10)
