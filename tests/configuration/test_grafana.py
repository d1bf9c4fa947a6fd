"""Dashboards have the types that Grafana publishes."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.configuration.programs.grafana_types import problems

Files = Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="session")
def dashboards(files: Files) -> dict[str, str]:
    """Return the text of each dashboard, by its name."""
    return {
        name.removesuffix(".json"): text
        for config in files.values()
        for name, text in config.items()
        if name.endswith(".json") and '"schemaVersion"' in text
    }


@pytest.mark.mission("B70")
@pytest.mark.mission("B127")
def test_dashboards(dashboards: dict[str, str]) -> None:
    assert len(dashboards) > 5
    assert problems(dashboards) == []


@pytest.mark.parametrize(
    ("field", "value"), [("schemaVersion", "42"), ("refreshh", "1m"), ("timezone", 3)]
)
def test_a_wrong_type_is_refused(dashboards: dict[str, str], field: str, value: object) -> None:
    dashboard = json.loads(next(iter(dashboards.values())))
    dashboard[field] = value
    assert any("error TS" in problem for problem in problems({"wrong": json.dumps(dashboard)}))
