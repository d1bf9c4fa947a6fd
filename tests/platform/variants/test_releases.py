"""Two versions side by side: the whole platform fits, and each step changes just its lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from constructs_lib import BlueGreen, Canary, Color, VirtualServer
from constructs_lib.rollouts import HeaderMatch, Rollout
from constructs_lib.testing import check, find
from environments import PRODUCTION
from tests.platform.differences import changed
from tests.platform.shop import Shop, build

IMAGE = "registry.example.com/shop/web:1.5.0@sha256:" + "7c" * 32
BLUE = BlueGreen(active=Color.BLUE, green=IMAGE)
PREVIEWED = replace(BLUE, preview_host="next.example.com")
CANARY = Canary(image=IMAGE, matches=(HeaderMatch(name="X-Canary", value="1"),))
Release = Callable[[Rollout], Shop]


@pytest.fixture
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Build the platform with a rollout for its web tier, on a renderer that knows of tracks."""

    def built(rollout: Rollout) -> Shop:
        settings = replace(PRODUCTION, renderer=VirtualServer(), web_rollout=rollout)
        return build(tmp_path_factory.mktemp("release"), settings)

    return built


def routes(shop: Shop, host: str = "shop-example-com") -> dict[str, Any]:
    """Return the route of the web tier on a host."""
    server = find(shop.core, "VirtualServer", host)
    (route,) = (each for each in server["spec"]["routes"] if each["path"] == "/")
    return dict(route)


@pytest.mark.parametrize(
    "rollout",
    [BLUE, replace(PREVIEWED, active=Color.GREEN), replace(BLUE, idle_replicas=0)],
    ids=["blue", "green with a preview", "blue alone"],
)
def test_two_colors_fit_the_platform(release: Release, rollout: Rollout) -> None:
    check(release(rollout).objects)


@pytest.mark.parametrize("step", [0, 1, 4])
def test_a_canary_fits_the_platform(release: Release, step: int) -> None:
    check(release(replace(CANARY, step=step)).objects)


@pytest.mark.mission("B94")
@pytest.mark.mission("B95")
@pytest.mark.mission("B97")
def test_a_switch_and_the_way_back_touch_selectors_of_services_only(release: Release) -> None:
    blue, green, back = (
        release(replace(PREVIEWED, active=color)) for color in (Color.BLUE, Color.GREEN, Color.BLUE)
    )
    selectors = changed(blue, green)
    assert selectors.keys() == {f"Service app/web{door}" for door in ("", "-preview", "-public")}
    for (line,) in selectors.values():
        assert line.startswith("spec.selector.")
    assert changed(blue, back) == {}


@pytest.mark.mission("B98")
@pytest.mark.mission("B99")
def test_a_step_of_a_canary_touches_the_weights_only(release: Release) -> None:
    first, second = (release(replace(CANARY, step=step)) for step in (1, 2))
    assert changed(first, second).keys() == {"VirtualServer app/shop-example-com"}
    weights = [[each["weight"] for each in routes(shop)["splits"]] for shop in (first, second)]
    assert weights == [[95, 5], [75, 25]]


@pytest.mark.mission("B100")
def test_testers_meet_the_canary_before_anybody_else(release: Release) -> None:
    route = routes(release(replace(CANARY, step=0)))
    assert "splits" not in route
    (match,) = route["matches"]
    assert match["conditions"] == [{"header": "X-Canary", "value": "1"}]
    assert match["action"]["proxy"]["upstream"] == "web-canary"
    assert route["action"]["proxy"]["upstream"] == "web"
