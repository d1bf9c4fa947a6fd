"""A canary and a switch of colors, as the pages say: nobody notices, and a bad one is found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from constructs_lib import BlueGreen, Canary, Color, Replicas
from environments import Settings
from tests.cluster import images, inbox
from tests.cluster.images import reference
from tests.cluster.kubectl import kubectl, objects, pods, rolled_out
from tests.cluster.load import load
from tests.cluster.pages import follow
from tests.cluster.platform import BUILD, change
from tests.cluster.settings import highly_available
from tests.platform.shop import Shop, build

Figure = dict[str, object]
_PAGE = "switch-blue-and-green.md"


def _canary(step: int) -> Settings:
    rollout = Canary(image=reference("web-broken"), steps=(50, 100), step=step)
    return replace(highly_available(), web_rollout=rollout, web_scaling=Replicas(count=2))


def _colors(active: Color) -> Settings:
    rollout = BlueGreen(active=active, green=reference("web"))
    return replace(highly_available(), web_rollout=rollout, web_scaling=Replicas(count=2))


@pytest.fixture
def one_version(serving: Shop) -> Iterator[Shop]:
    """Give what answers, and take the second version away at the end."""
    yield serving
    change(highly_available())
    for name in ("web-canary", "web-blue", "web-green"):
        for kind in ("deployment", "hpa", "pdb", "service"):
            kubectl("delete", kind, name, "-n", "app", "--ignore-not-found")
    rolled_out("deployment/web", namespace="app")


@pytest.mark.mission("B98")
@pytest.mark.mission("B99")
@pytest.mark.mission("B97")
@pytest.mark.usefixtures("shop")
def test_a_bad_canary_is_found_and_taken_back(one_version: Shop, figure: Figure) -> None:
    images.build(["web-broken"])
    inbox.clear()
    page = f"https://{one_version.made.host.name}/"
    change(_canary(1))
    rolled_out("deployment/web", "deployment/web-canary", namespace="app")
    started = time.monotonic()
    with load(page) as asked:
        inbox.told("CanaryErrorRateHigh")
    told_after = time.monotonic() - started
    change(_canary(0))
    time.sleep(10)
    with load(page) as after:
        inbox.told("CanaryErrorRateHigh", resolved=True)
    share = len(asked.failures) / asked.sent
    figure.update(
        what="bad canary",
        requests=asked.sent,
        failed_share=round(share, 2),
        told_after=round(told_after),
    )
    assert 0.4 < share < 0.6
    assert after.failures == []


@pytest.mark.mission("B94")
@pytest.mark.mission("B95")
def test_nobody_notices_a_switch_of_colors(one_version: Shop, figure: Figure) -> None:
    build(BUILD, _colors(Color.BLUE))
    with load(f"https://{one_version.made.host.name}/") as asked:
        follow(_PAGE, -1)
        active = []
        for color in (Color.GREEN, Color.BLUE):
            change(_colors(color))
            time.sleep(15)
            active.append(_active())
    figure.update(what="switch of colors and back", requests=asked.sent)
    assert active == [{"green"}, {"blue"}]
    assert asked.failures == []


def _active() -> set[str]:
    """Return the colors whose pods the endpoints of the Service lead to."""
    (service,) = objects("service/web", "-n", "app")
    chosen = ",".join(f"{name}={value}" for name, value in service["spec"]["selector"].items())
    return {pod["metadata"]["labels"]["track"] for pod in pods(chosen, namespace="app")}
