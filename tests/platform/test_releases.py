"""Two versions side by side: the whole platform fits, and each step changes just its lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.testing import check, find
from tests.platform.shop import Shop, build, edited
from tests.platform.test_changes import changed

IMAGE = "registry.example.com/shop/web:1.5.0@sha256:" + "7c" * 32
Release = Callable[[str], Shop]


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Build the platform with a rollout for its web tier, on a renderer that knows of tracks."""

    def built(rollout: str) -> Shop:
        folder = tmp_path_factory.mktemp("release")
        program = edited(
            monkeypatch,
            folder,
            ("    NginxIngress,\n", "    BlueGreen, Canary, Color, HeaderMatch, VirtualServer,\n"),
            ("renderer=NginxIngress()", "renderer=VirtualServer()"),
            (
                "        nextjs=NextJs",
                f"        workload=Workload(rollout={rollout}),\n        nextjs=NextJs",
            ),
        )
        return build(program, folder / "dist")

    return built


def blue_green(active: str, **more: str) -> str:
    """Write the rollout as somebody would."""
    arguments = {"active": f"Color.{active}", "green": repr(IMAGE), **more}
    return f"BlueGreen({', '.join(f'{name}={value}' for name, value in arguments.items())})"


def canary(step: int) -> str:
    """Write the rollout as somebody would."""
    match = "HeaderMatch(name='X-Canary', value='1')"
    return f"Canary(image={IMAGE!r}, step={step}, matches=({match},))"


def routes(shop: Shop, host: str = "shop-example-com") -> dict[str, Any]:
    """Return the route of the web tier on a host."""
    server = find(shop.core, "VirtualServer", host)
    (route,) = (each for each in server["spec"]["routes"] if each["path"] == "/")
    return dict(route)


@pytest.mark.mission("B94")
@pytest.mark.mission("B96")
@pytest.mark.parametrize(
    "rollout",
    [
        blue_green("BLUE"),
        blue_green("GREEN", preview_host="'next.example.com'"),
        blue_green("BLUE", idle_replicas="0"),
    ],
)
def test_two_colors_fit_the_platform(release: Release, rollout: str) -> None:
    check(release(rollout).objects)


@pytest.mark.mission("B98")
@pytest.mark.mission("B99")
@pytest.mark.mission("B100")
@pytest.mark.parametrize("step", [0, 1, 4])
def test_a_canary_fits_the_platform(release: Release, step: int) -> None:
    check(release(canary(step)).objects)


@pytest.mark.mission("B94")
@pytest.mark.mission("B95")
@pytest.mark.mission("B97")
def test_a_switch_and_the_way_back_touch_selectors_of_services_only(release: Release) -> None:
    preview = "'next.example.com'"
    blue, green, back = (
        release(blue_green(color, preview_host=preview)) for color in ("BLUE", "GREEN", "BLUE")
    )
    assert changed(blue, green) == {
        "Service app/web",
        "Service app/web-preview",
        "Service app/web-public",
    }
    assert changed(blue, back) == set()
    for name in ("web", "web-preview", "web-public"):
        one, other = (find(shop.core, "Service", name)["spec"] for shop in (blue, green))
        assert {field for field in one if one[field] != other[field]} == {"selector"}


@pytest.mark.mission("B98")
@pytest.mark.mission("B99")
def test_a_step_of_a_canary_touches_the_weights_only(release: Release) -> None:
    first, second = release(canary(1)), release(canary(2))
    assert changed(first, second) == {"VirtualServer app/shop-example-com"}
    weights = [[each["weight"] for each in routes(shop)["splits"]] for shop in (first, second)]
    assert weights == [[95, 5], [75, 25]]


@pytest.mark.mission("B100")
def test_testers_meet_the_canary_before_anybody_else(release: Release) -> None:
    route = routes(release(canary(0)))
    assert "splits" not in route
    (match,) = route["matches"]
    assert match["conditions"] == [{"header": "X-Canary", "value": "1"}]
    assert match["action"]["proxy"]["upstream"] == "web-canary"
    assert route["action"]["proxy"]["upstream"] == "web"
