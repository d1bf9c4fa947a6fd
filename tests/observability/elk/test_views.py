"""What people find in Kibana is whole, and asks for fields that lines have."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import Any

import pytest
from cdk8s import App

from constructs_lib.facts import LogFormat
from constructs_lib.observability.elk.assets import asset
from constructs_lib.observability.elk.pipelines import main_pipeline
from constructs_lib.testing import find
from tests.observability.prometheus.ends import stack

TEXT = asset("views.ndjson")
VIEWS = [json.loads(line) for line in TEXT.splitlines()]
KEYS = {(view["type"], view["id"]) for view in VIEWS}
DASHBOARD = VIEWS[-1]
PANELS = json.loads(DASHBOARD["attributes"]["panelsJSON"])


def asked(view: dict[str, Any]) -> str:
    source = json.loads(view["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    return str(source["query"]["query"])


def fields() -> set[str]:
    """Return the fields that a view names."""
    named: set[str] = set()
    for view in VIEWS[1:]:
        named |= set(re.findall(r"([a-z@_.]+)(?:: | >= )", asked(view)))
        named |= set(view["attributes"].get("columns", ()))
        state = json.loads(view["attributes"].get("visState", '{"aggs": []}'))
        named |= {each["params"]["field"] for each in state["aggs"] if "field" in each["params"]}
    return named


@pytest.mark.mission("B77")
def test_views(app: App) -> None:
    chart, _ = stack(app)
    imported = find(chart, "ConfigMap", "kibana-views-views")["data"]["views.ndjson"]
    assert imported == TEXT
    assert [(view["type"], view["attributes"]["title"]) for view in VIEWS] == [
        ("index-pattern", "logs-*"),
        ("visualization", "Lines"),
        ("visualization", "Errors over time"),
        ("visualization", "Status codes"),
        ("visualization", "Levels"),
        ("search", "Errors"),
        ("search", "Failed requests"),
        ("search", "Not understood"),
        ("dashboard", "Logs"),
    ]
    assert len(KEYS) == len(VIEWS)


@pytest.mark.mission("B77")
def test_each_reference_leads_to_a_view_before_it() -> None:
    known: set[tuple[str, str]] = set()
    for view in VIEWS:
        assert {(each["type"], each["id"]) for each in view["references"]} <= known
        known.add((view["type"], view["id"]))


@pytest.mark.mission("B76")
def test_lines_have_the_fields_that_are_asked() -> None:
    known = {"service.name", "message", "tags", "@timestamp"}
    text = main_pipeline(
        [LogFormat.JSON, LogFormat.PYTHON], elasticsearch="https://elasticsearch:9200"
    )
    for path in re.findall(r"(?:\[\w+\])+", text):
        known.add(path.strip("[]").replace("][", "."))
    assert fields() <= known


@pytest.mark.mission("B77")
def test_panels_show_what_is_referred_to_and_do_not_overlap() -> None:
    named = {f"{panel['panelIndex']}:{panel['panelRefName']}" for panel in PANELS}
    assert named == {each["name"] for each in DASHBOARD["references"]}
    for one, other in combinations([panel["gridData"] for panel in PANELS], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below
