"""The JSON model of a dashboard, in the classic schema, which every Grafana loads from files."""

from __future__ import annotations

import json
from collections.abc import Iterator

from constructs_lib.facts.dashboards import Choice, Dashboard, Section, TextBox, folder_title
from constructs_lib.observability.grafana.panels import METRICS, Model, draw

_COLUMNS = 24


def dashboard_json(dashboard: Dashboard) -> str:
    """Return the JSON model of a dashboard."""
    alerts = dashboard.alerts
    written = {
        "schemaVersion": 42,
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": [str(dashboard.folder)],
        "timezone": "browser",
        "time": {"from": "now-3h", "to": "now"},
        "refresh": "1m",
        "fiscalYearStartMonth": 0,
        # One crosshair for all panels.
        "graphTooltip": 1,
        "editable": False,
        "templating": {"list": [_variable(variable) for variable in dashboard.variables]},
        "links": [_others(dashboard.folder)],
        "annotations": {} if alerts is None else {"list": [_firing(alerts)]},
        "panels": _placed(part for section in dashboard.sections for part in _parts(section)),
    }
    return json.dumps(written, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def _parts(section: Section) -> Iterator[Model]:
    yield {
        "type": "row",
        "title": section.title,
        "collapsed": False,
        "gridPos": {"w": _COLUMNS, "h": 1},
        "panels": [],
    }
    yield from map(draw, section.panels)


def _placed(parts: Iterator[Model]) -> list[Model]:
    """Give panels their ids and positions, from left to right, wrapped where a row is full."""
    placed: list[Model] = []
    column, line, tallest = 0, 0, 0
    for number, part in enumerate(parts, 1):
        size = part["gridPos"]
        if column + size["w"] > _COLUMNS:
            column, line, tallest = 0, line + tallest, 0
        placed.append(part | {"id": number, "gridPos": size | {"x": column, "y": line}})
        column, tallest = column + size["w"], max(tallest, size["h"])
    return placed


def _variable(variable: Choice | TextBox) -> Model:
    written: Model = {
        "name": variable.name,
        "label": variable.label,
        "allowCustomValue": True,
        "skipUrlSync": False,
    }
    if isinstance(variable, TextBox):
        text = {"type": "textbox", "query": variable.default, "multi": False, "includeAll": False}
        return written | text
    return written | {
        "type": "query",
        "datasource": METRICS,
        "query": variable.values,
        # With the range of time, in the order of the alphabet.
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def _others(folder: str) -> Model:
    return {
        "type": "dashboards",
        "title": folder_title(folder),
        "tags": [str(folder)],
        "tooltip": "",
        "icon": "",
        "asDropdown": True,
        "includeVars": False,
        "keepTime": True,
        "placement": "inControlsMenu",
        "targetBlank": False,
    }


def _firing(matchers: str) -> Model:
    return {
        "name": "Alerts",
        "builtIn": 0,
        "datasource": METRICS,
        "enable": True,
        "hide": False,
        "iconColor": "red",
        "placement": "inControlsMenu",
        "target": {
            "refId": "A",
            "expr": f'max by (alertname) (ALERTS{{alertstate="firing",{matchers}}})',
        },
    }
