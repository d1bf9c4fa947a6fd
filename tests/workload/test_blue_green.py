"""A switch of colors, object by object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from constructs_lib import BlueGreen, Color
from constructs_lib.testing import manifests
from tests.workload.test_rollouts import GREEN, TIERS, build


def objects(tier: str, folder: Path, active: Color) -> list[Any]:
    return manifests(build(tier, folder, BlueGreen(active=active, green=GREEN)))


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
