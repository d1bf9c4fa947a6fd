"""Each step of a release changes just its lines, and what is made at each fits together."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App

from constructs_lib import Color
from constructs_lib.manifests.platform import describe
from constructs_lib.testing import check, find, manifests

build = runpy.run_path(str(Path(__file__).parent / "releases" / "main.py"))["build"]
Objects = dict[str, dict[str, Any]]


def released(app: App, folder: str, **arguments: object) -> Objects:
    """Return what the example makes, by kind and name."""
    one = App(outdir=f"{app.outdir}/{folder}")
    build(one, **arguments)
    check(one)
    return {describe(each): each for each in manifests(one)}


def changed(before: Objects, after: Objects) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


def route(objects: Objects, path: str, host: str = "shop-example-com") -> dict[str, Any]:
    server = find(list(objects.values()), "VirtualServer", host)
    (found,) = (each for each in server["spec"]["routes"] if each["path"] == path)
    return dict(found)


@pytest.mark.mission("B94")
@pytest.mark.mission("B95")
@pytest.mark.mission("B97")
def test_a_switch_and_the_way_back_touch_selectors_of_services_only(app: App) -> None:
    blue, green, back = (
        released(app, str(number), active=color)
        for number, color in enumerate((Color.BLUE, Color.GREEN, Color.BLUE))
    )
    doors = {"Service shop/web", "Service shop/web-preview"}
    assert changed(blue, green) == doors
    assert changed(blue, back) == set()
    for door in doors:
        one, other = (objects[door]["spec"] for objects in (blue, green))
        assert {field for field in one if one[field] != other[field]} == {"selector"}


@pytest.mark.mission("B96")
def test_the_idle_color_is_looked_at_under_a_host_of_its_own(app: App) -> None:
    objects = released(app, "blue", active=Color.BLUE)
    upstreams = {
        host: [
            each["service"]
            for each in find(list(objects.values()), "VirtualServer", host)["spec"]["upstreams"]
        ]
        for host in ("shop-example-com", "preview-shop-example-com")
    }
    assert "web" in upstreams["shop-example-com"]
    assert upstreams["preview-shop-example-com"] == ["web-preview"]
    idle = objects["Service shop/web-preview"]["spec"]["selector"]
    assert (
        idle.items()
        <= objects["Deployment shop/web-green"]["spec"]["template"]["metadata"]["labels"].items()
    )


@pytest.mark.mission("B98")
@pytest.mark.mission("B99")
def test_a_step_of_a_canary_touches_the_weights_only(app: App) -> None:
    first, second = (released(app, str(step), step=step) for step in (1, 2))
    assert changed(first, second) == {"VirtualServer shop/shop-example-com"}
    weights = [
        [each["weight"] for each in route(each, "/api/")["splits"]] for each in (first, second)
    ]
    assert weights == [[95, 5], [75, 25]]


@pytest.mark.mission("B100")
def test_testers_meet_the_canary_before_anybody_else(app: App) -> None:
    found = route(released(app, "none", step=0), "/api/")
    assert "splits" not in found
    (match,) = found["matches"]
    assert match["conditions"] == [{"header": "X-Canary", "value": "always"}]
    assert match["action"]["proxy"]["upstream"] == "api-canary"
    assert found["action"]["proxy"]["upstream"] == "api"
