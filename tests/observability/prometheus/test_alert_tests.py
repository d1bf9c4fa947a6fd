"""promtool sees each alert of the library fire, end and stay silent in tests/configuration."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.manifests.files import read
from constructs_lib.runbooks.alerts import alerts
from constructs_lib.testing import manifests
from tests.configuration.programs.rule_tests import Case, cases
from tests.observability.prometheus.others import stack_of_others

ROOT = Path(__file__).parents[3]
# It always fires, so that somebody hears when it does not.
ALWAYS = "Watchdog"


def _names() -> Iterator[str]:
    """Yield the alerts that are written in the library, and those of stacks."""
    for file in (ROOT / "constructs_lib").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "AlertRule":
                values = {each.arg: each.value for each in node.keywords}
                if isinstance(name := values["name"], ast.Constant):
                    yield str(name.value)
    made = [*read(ROOT / "dist"), *manifests(stack_of_others())]
    yield from (alert.name for alert in alerts(made))


def _cases() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for file in sorted((ROOT / "tests" / "configuration").glob("rules*/*.yaml")):
        for case in cases(file.read_text()):
            found.setdefault(case.alert, []).append(case)
    return found


@pytest.mark.mission("B128")
def test_each_alert_is_seen_to_fire_to_end_and_to_stay_silent() -> None:
    names, found = set(_names()), _cases()
    assert len(names) > 60
    assert sorted(names - found.keys()) == [], "no test of it in tests/configuration/rules"
    for missing, has in (
        ("never fires", lambda case: case.fires),
        ("never stays silent", lambda case: any(not fired for _, fired in case.expected)),
        ("never ends", lambda case: case.ends or case.can_end),
    ):
        without = [name for name in names - {ALWAYS} if not any(map(has, found[name]))]
        assert sorted(without) == [], missing
    assert all(case.fires for case in found[ALWAYS])
