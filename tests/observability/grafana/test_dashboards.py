"""Dashboards ask for nothing that nobody exposes, and are whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ServiceLevel
from constructs_lib.facts.promql import metrics_asked
from constructs_lib.observability.exposed import metric_names
from constructs_lib.observability.grafana.board import Board
from constructs_lib.observability.grafana.dashboards.catalog import boards
from constructs_lib.observability.grafana.dashboards.logging import logging
from constructs_lib.observability.grafana.dashboards.monitoring import monitoring
from constructs_lib.observability.grafana.dashboards.nodes import nodes
from constructs_lib.observability.grafana.dashboards.postgres import postgres
from constructs_lib.observability.grafana.dashboards.tier import tier
from constructs_lib.observability.grafana.dashboards.workloads import workloads
from constructs_lib.observability.grafana.foundation import JSONEncoder
from constructs_lib.observability.grafana.panels import Panel
from constructs_lib.observability.uids import uid
from tests.observability.documents import OWN, walk
from tests.observability.grafana.ends import everything, exposing, platform, tiers

BOARDS = {board.uid: board for board in boards(everything(), with_logs=True)}

Json = dict[str, Any]


def uid_of(board: Board) -> str:
    return board.uid


def read(board: Board) -> Json:
    dashboard: Json = json.loads(board.to_json())
    return dashboard


def built(panel: Panel) -> Json:
    """Return a panel as it is written."""
    written: Json = json.loads(JSONEncoder().encode(panel.build()))
    return written


@pytest.mark.mission("B70")
@pytest.mark.mission("B127")
@pytest.mark.mission("B129")
def test_there_is_one_for_each_that_is_watched() -> None:
    assert list(BOARDS) == [
        "overview",
        "app-postgres",
        "app-api",
        "app-socket",
        "app-web",
        "workloads",
        "nodes",
        "monitoring",
        "logging",
        "logs",
    ]


def test_there_is_none_of_what_is_not_watched() -> None:
    assert boards([], with_logs=False) == []
    (api,) = (facts for facts in tiers() if facts.peers[0].name == "api")
    assert [board.uid for board in boards([api], with_logs=False)] == ["overview", "app-api"]


@pytest.mark.parametrize("whole", [workloads(), nodes(), monitoring(), logging()], ids=uid_of)
def test_no_section_of_the_platform_is_lost_over_a_wrong_name(whole: Board) -> None:
    shown = BOARDS[whole.uid].sections
    assert [section.title for section in shown] == [section.title for section in whole.sections]


def test_no_section_of_a_construct_is_lost_over_a_wrong_name() -> None:
    database, _, socket, web = tiers()
    for facts, find in ((database, postgres), (socket, tier), (web, tier)):
        (whole,) = find(facts)
        missing = {name for section in whole.sections for name in section.needs}
        missing -= metric_names([facts, platform()])
        assert missing <= {
            "websocket_connections",
            "websocket_handshake_duration_seconds_bucket",
        }


def test_a_section_needs_all_its_metrics() -> None:
    some = exposing("node-exporter", ["node_cpu_seconds_total", "node_load1"])
    assert boards([some], with_logs=False) == []


@pytest.mark.parametrize("name", BOARDS)
def test_every_expression_parses_and_needs_what_its_section_says(name: str) -> None:
    for section in BOARDS[name].sections:
        queries = [
            expression for panel in section.panels for expression in walk(built(panel), "expr")
        ]
        used = {metric for query in queries for metric in metrics_asked(query)}
        assert used - OWN == set(section.needs), section.title


@pytest.mark.parametrize("name", BOARDS)
def test_no_metric_that_nobody_exposes(name: str) -> None:
    dashboard = read(BOARDS[name])
    asked = {metric for query in walk(dashboard, "expr") for metric in metrics_asked(query)}
    variables = {
        match[1]
        for query in walk(dashboard["templating"], "query")
        if (match := re.match(r"label_values\((\w+)", str(query)))
    }
    assert asked | variables <= metric_names(everything())


@pytest.mark.mission("B117")
def test_questions(manifest: SnapshotAssertion) -> None:
    """Keep what each panel asks, as a page that a reader of PromQL can go through."""
    assert [
        {
            "dashboard": board.title,
            "sections": [
                {
                    section.title: {
                        panel["title"]: {
                            target.get("legendFormat", "value"): target["expr"]
                            for target in panel["targets"]
                            if "expr" in target
                        }
                        for panel in map(built, section.panels)
                    }
                }
                for section in board.sections
            ],
        }
        for board in BOARDS.values()
    ] == manifest


@pytest.mark.parametrize("name", BOARDS)
def test_panels_have_numbers_names_and_places_of_their_own(name: str) -> None:
    panels = read(BOARDS[name])["panels"]
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
    places = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24
    for panel in panels:
        assert panel["title"]
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] in {"prometheus", "elasticsearch"}
            assert [target["refId"] for target in panel["targets"]] == list(
                "ABCDEFGH"[: len(panel["targets"])]
            )
        if panel["type"] == "timeseries":
            assert panel["options"]["legend"]["showLegend"] is True


def test_all_fit_into_a_config_map_and_have_an_address_of_their_own() -> None:
    assert len(BOARDS) == len(boards(everything(), with_logs=True))
    assert all(len(board.to_json().encode()) < 200_000 for board in BOARDS.values())
    assert all(len(name) <= 40 for name in BOARDS)


def test_nobody_edits_them_by_hand() -> None:
    assert not any(read(board)["editable"] for board in BOARDS.values())


def test_the_same_bytes_each_time() -> None:
    again = boards(everything(), with_logs=True)
    assert [board.to_json() for board in again] == [
        board.to_json() for board in boards(everything(), with_logs=True)
    ]


def test_the_budget_is_that_of_the_promise() -> None:
    (api,) = (facts for facts in tiers() if facts.peers[0].name == "api")
    level = ServiceLevel(availability_percent=99.5, latency_seconds=0.25, latency_percent=95)
    (overview, _) = boards([replace(api, service_level=level)], with_logs=False)
    questions = " ".join(walk(read(overview), "expr"))
    assert "/ 0.005" in questions
    assert 'le="0.25"' in questions


def test_a_promise_of_what_nobody_counts_has_no_panel() -> None:
    (api,) = (facts for facts in tiers() if facts.peers[0].name == "api")
    silent = replace(api, metrics=())
    (overview,) = boards([silent], with_logs=False)
    assert [section.title for section in overview.sections] == ["Alerts"]


def test_long_names_stay_apart() -> None:
    names = [uid("app", "a" * 40 + end) for end in "bc"]
    assert len(set(names)) == 2
    assert all(len(name) <= 40 for name in names)
    assert uid("app", "web") == "app-web"
