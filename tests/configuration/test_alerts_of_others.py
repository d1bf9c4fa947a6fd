"""Alerts of what the platform of main.py has not fire, end, and stay silent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from constructs_lib.testing import find_all
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.rule_tests import ending
from tests.observability.prometheus.others import stack_of_others

TESTS = sorted((Path(__file__).parent / "rules_of_others").glob("*.yaml"))


@pytest.fixture
def rules(folder: Path) -> Path:
    """Write the rules of a stack that watches them."""
    for config in find_all(stack_of_others(), "ConfigMap"):
        place = folder / "rules" / config["metadata"]["name"]
        for name, text in config["data"].items():
            if text.startswith("groups:"):
                place.mkdir(parents=True, exist_ok=True)
                # Where their links lead is seen in notifications.
                (place / name).write_text(re.sub(r"\n *dashboard_url: .*", "", text))
    return folder / "rules"


@pytest.mark.mission("B101")
@pytest.mark.mission("B128")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_alerts_fire_and_end(system: Debian, folder: Path, rules: Path, path: Path) -> None:
    tests = folder / "tests"
    tests.mkdir()
    for name, text in (("own", path.read_text()), ("ends", ending(path.read_text()))):
        (tests / f"{name}.yaml").write_text(text)
        tested = system.run("promtool", "test", "rules", system.inside(tests / f"{name}.yaml"))
        assert tested.returncode == 0, tested.stdout
