"""A switch of colors, object by object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart, JsonPatch

from constructs_lib import ApiTier, BlueGreen, Color, Container, Replicas, Workload, override
from constructs_lib.rollouts import SameScaling
from constructs_lib.testing import find_all, manifests
from tests.rollouts.test_rollouts import BLUE, GREEN, TIERS, build


def objects(
    tier: str, folder: Path, active: Color, idle_replicas: int | SameScaling = SameScaling()
) -> list[Any]:
    rollout = BlueGreen(active=active, green=GREEN, idle_replicas=idle_replicas)
    return manifests(build(tier, folder, rollout))


def fewest(objects: list[Any]) -> dict[str, int]:
    autoscalers = (each for each in objects if each["kind"] == "HorizontalPodAutoscaler")
    return {each["metadata"]["name"]: each["spec"]["minReplicas"] for each in autoscalers}


@pytest.mark.mission("B94")
@pytest.mark.mission("B95")
@pytest.mark.mission("B97")
@pytest.mark.parametrize("tier", TIERS)
def test_the_switch_changes_selectors_of_services_only(tier: str, tmp_path: Path) -> None:
    before, after = (objects(tier, tmp_path, color) for color in (Color.BLUE, Color.GREEN))
    assert before != after
    for each in (*before, *after):
        if each["kind"] == "Service":
            del each["spec"]["selector"]["track"]
    assert before == after


@pytest.mark.mission("B95")
@pytest.mark.mission("B97")
@pytest.mark.parametrize("replicas", [5, 50])
def test_a_switch_takes_no_pod_from_a_color_that_is_warm(replicas: int, tmp_path: Path) -> None:
    """No manifest says a number of pods, and no lower bound falls in the moment of the switch."""
    before = objects("web", tmp_path, Color.BLUE, replicas)
    after = objects("web", tmp_path, Color.GREEN, replicas)
    changed = {one["kind"] for one, other in zip(before, after, strict=True) if one != other}
    assert changed == {"Service"}
    assert fewest(before) == {"shop-blue": replicas, "shop-green": replicas}


@pytest.mark.mission("B95")
def test_saving_on_the_idle_color_takes_no_pod_from_the_active_one(tmp_path: Path) -> None:
    assert fewest(objects("web", tmp_path, Color.BLUE, 1)) == {"shop-blue": 3, "shop-green": 1}


@pytest.mark.mission("B97")
def test_a_switch_leaves_what_is_overridden_in_both_colors(tmp_path: Path) -> None:
    def overridden(active: Color) -> list[Any]:
        chart = Chart(App(outdir=str(tmp_path)), "shop", namespace="app")
        rollout = BlueGreen(active=active, green=GREEN)
        tier = ApiTier(
            chart, "shop", container=Container(image=BLUE), workload=Workload(rollout=rollout)
        )
        for each in tier.deployments:
            override(each, JsonPatch.add("/spec/template/spec/hostUsers", value=False))
        return find_all(chart, "Deployment")

    blue, green = overridden(Color.BLUE), overridden(Color.GREEN)
    assert [each["spec"]["template"]["spec"]["hostUsers"] for each in blue] == [False, False]
    assert blue == green


def test_a_number_of_replicas_is_another_for_the_idle_color(chart: Chart) -> None:
    ApiTier(
        chart,
        "shop",
        container=Container(image=BLUE),
        scaling=Replicas(count=4),
        workload=Workload(rollout=BlueGreen(active=Color.BLUE, green=GREEN, idle_replicas=2)),
    )
    counts = {
        each["metadata"]["name"]: each["spec"]["replicas"] for each in find_all(chart, "Deployment")
    }
    assert counts == {"shop-blue": 4, "shop-green": 2}
