"""Dashboards ask for nothing that nobody exposes, and are whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ServiceLevel
from constructs_lib.facts.dashboards import Dashboard, Section, Stat, Table, TimeSeries
from constructs_lib.facts.promql import metrics_asked
from constructs_lib.names import short_name
from constructs_lib.observability.grafana.dashboard_json import dashboard_json
from constructs_lib.observability.grafana.panels import draw
from constructs_lib.observability.grafana.provisioning import dashboards_of
from constructs_lib.observability.grafana.tier_dashboard import tier_dashboard
from tests.observability.documents import walk
from tests.observability.grafana.ends import everything, exposing, platform, tiers

BOARDS = {board.uid: board for board in dashboards_of(everything())}
EXPOSED = frozenset[str]().union(*(facts.metric_names for facts in everything()))

Json = dict[str, Any]


def uid_of(board: Dashboard) -> str:
    return board.uid


def read(board: Dashboard) -> Json:
    dashboard: Json = json.loads(dashboard_json(board))
    return dashboard


@pytest.mark.mission("B70")
@pytest.mark.mission("B127")
def test_there_is_one_for_each_that_is_watched() -> None:
    assert list(BOARDS) == [
        "overview",
        "app-postgres",
        "app-api",
        "app-socket",
        "app-web",
        "alertmanager",
        "workloads",
        "nodes",
        "logs",
        "logging",
        "prometheus",
    ]


def test_there_is_none_of_what_is_not_watched() -> None:
    assert dashboards_of([]) == []
    (api,) = (facts for facts in tiers() if facts.peers[0].name == "api")
    assert [board.uid for board in dashboards_of([api])] == ["overview", "app-api"]


@pytest.mark.parametrize(
    "whole", [board for facts in everything() for board in facts.dashboards], ids=uid_of
)
def test_no_section_that_is_brought_along_is_lost_over_a_wrong_name(whole: Dashboard) -> None:
    assert BOARDS[whole.uid] == whole


def test_no_section_of_a_tier_is_lost_over_a_wrong_name() -> None:
    for facts in tiers():
        if facts.indicator is not None:
            whole = tier_dashboard(facts.peers[0], facts.indicator)
            missing = {name for section in whole.sections for name in section.metrics} - EXPOSED
            assert not missing


def test_a_section_needs_all_its_metrics() -> None:
    (nodes,) = (board for board in platform().dashboards if board.uid == "nodes")
    some = exposing("node-exporter", ["node_cpu_seconds_total", "node_load1"])
    assert dashboards_of([replace(some, dashboards=(nodes,))]) == []


def test_a_dashboard_shows_its_own_metrics_and_those_about_all() -> None:
    section = Section(title="Mail", panels=(Stat("Waiting", "short", "mail_queue"),))
    board = replace(BOARDS["nodes"], sections=(section,))
    mail, other = exposing("mail", ["mail_queue"]), exposing("other", ["other"])
    assert dashboards_of([replace(mail, dashboards=(board,))]) == [board]
    assert dashboards_of([mail, replace(other, dashboards=(board,))]) == []
    foreign = replace(mail, metrics=(), foreign_metrics=("mail_queue",))
    assert dashboards_of([foreign, replace(other, dashboards=(board,))]) == [board]


def test_a_section_knows_what_its_panels_ask_for() -> None:
    section = Section(
        title="Mail",
        panels=(
            TimeSeries(
                "Sent", "ops", {"all": "rate(mail_sent[$__rate_interval])", "no": "mail_no"}
            ),
            Stat("Waiting", "short", "mail_queue"),
            Table("Stuck", "mail_stuck > 0"),
        ),
    )
    assert section.metrics == {"mail_sent", "mail_no", "mail_queue", "mail_stuck"}


@pytest.mark.parametrize("name", BOARDS)
def test_no_metric_that_nobody_exposes(name: str) -> None:
    dashboard = read(BOARDS[name])
    asked = {metric for query in walk(dashboard, "expr") for metric in metrics_asked(query)}
    variables = {
        match[1]
        for query in walk(dashboard["templating"], "query")
        if (match := re.match(r"label_values\((\w+)", str(query)))
    }
    assert asked | variables <= EXPOSED


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
                        for panel in map(draw, section.panels)
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
    assert len(BOARDS) == len(dashboards_of(everything()))
    assert all(len(dashboard_json(board).encode()) < 200_000 for board in BOARDS.values())
    assert all(len(name) <= 40 for name in BOARDS)


def test_nobody_edits_them_by_hand() -> None:
    assert not any(read(board)["editable"] for board in BOARDS.values())


def test_the_same_bytes_each_time() -> None:
    first, again = (list(map(dashboard_json, dashboards_of(everything()))) for _ in range(2))
    assert first == again


def test_the_budget_is_that_of_the_promise() -> None:
    (api,) = (facts for facts in tiers() if facts.peers[0].name == "api")
    level = ServiceLevel(availability_percent=99.5, latency_seconds=0.25, latency_percent=95)
    (overview, _) = dashboards_of([replace(api, service_level=level)])
    questions = " ".join(walk(read(overview), "expr"))
    assert "/ 0.005" in questions
    assert 'le="0.25"' in questions


def test_a_promise_of_what_nobody_counts_has_no_panel() -> None:
    (api,) = (facts for facts in tiers() if facts.peers[0].name == "api")
    silent = replace(api, metrics=())
    (overview,) = dashboards_of([silent])
    assert [section.title for section in overview.sections] == ["Alerts"]


def test_long_names_stay_apart() -> None:
    names = [short_name("app", "a" * 40 + end) for end in "bc"]
    assert len(set(names)) == 2
    assert all(len(name) <= 40 for name in names)
    assert short_name("app", "web") == "app-web"
