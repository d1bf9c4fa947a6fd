"""The JSON of each kind of panel."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Any, TypeAlias

from constructs_lib.facts.dashboards import (
    LogLines,
    LogVolume,
    Panel,
    Stat,
    Table,
    Thresholds,
    TimeSeries,
)
from constructs_lib.observability.grafana.data_sources import ELASTICSEARCH, PROMETHEUS

Model: TypeAlias = dict[str, Any]

METRICS = {"type": "prometheus", "uid": PROMETHEUS}
_LOGS = {"type": "elasticsearch", "uid": ELASTICSEARCH}
_TIMESTAMP = "@timestamp"
# Of the 24 columns that Grafana has.
_QUARTER, _HALF, _WHOLE = 6, 12, 24
_PLAIN = Thresholds(colors=("text",), limits=())
_STACKED = {"stacking": {"mode": "normal"}}
_LINES = {"fillOpacity": 10, "showPoints": "never"}
_LINES_OPTIONS = {
    "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True},
    "tooltip": {"mode": "multi", "sort": "desc"},
}


def draw(panel: Panel) -> Model:
    """Return the JSON of a panel with its size and without a position."""
    drawn = {"title": panel.title, "transparent": False, "repeatDirection": "h"}
    match panel:
        case TimeSeries():
            return drawn | _time_series(panel)
        case Stat():
            return drawn | _stat(panel)
        case Table():
            return drawn | _table(panel)
        case LogVolume():
            return drawn | _log_volume(panel)
        case LogLines():
            return drawn | _log_lines(panel)


def _time_series(panel: TimeSeries) -> Model:
    """Return a time series, two panels a row."""
    custom: Model = {**_LINES, **(_STACKED if panel.stacked else {})}
    defaults: Model = {"unit": panel.unit, "min": 0, "custom": custom}
    if panel.limit is not None:
        crossed = Thresholds(colors=("transparent", "red"), limits=(panel.limit,))
        custom["thresholdsStyle"] = {"mode": "dashed"}
        defaults["thresholds"] = _thresholds(crossed)
    return {
        "type": "timeseries",
        "description": panel.description,
        "datasource": METRICS,
        "gridPos": {"w": _HALF, "h": 8},
        "fieldConfig": _fields(defaults),
        "options": _LINES_OPTIONS,
        "targets": [
            {"refId": letter, "legendFormat": legend, "expr": query}
            for letter, (legend, query) in zip(ascii_uppercase, panel.queries.items(), strict=False)
        ],
    }


def _stat(panel: Stat) -> Model:
    """Return a stat, four panels a row."""
    return {
        "type": "stat",
        "description": panel.description,
        "datasource": METRICS,
        "gridPos": {"w": _QUARTER, "h": 4},
        "fieldConfig": _fields(
            {"unit": panel.unit, "thresholds": _thresholds(panel.thresholds or _PLAIN)}
        ),
        "options": {
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "percentChangeColorMode": "standard",
            "reduceOptions": {"calcs": ["lastNotNull"]},
            "showPercentChange": False,
            "textMode": "auto",
            "wideLayout": True,
        },
        "targets": [_as_it_is_now(panel.query)],
    }


def _table(panel: Table) -> Model:
    return {
        "type": "table",
        "description": "",
        "datasource": METRICS,
        "gridPos": {"w": _WHOLE, "h": 8},
        "fieldConfig": _fields({"custom": {"align": "auto", "inspect": False}}),
        "options": {
            "cellHeight": "sm",
            "frameIndex": 0,
            "showHeader": True,
            "showTypeIcons": False,
        },
        "targets": [{**_as_it_is_now(panel.query), "format": "table"}],
        # Whether a series is there is all that matters.
        "transformations": [
            {"id": "organize", "options": {"excludeByName": {"Time": True, "Value": True}}}
        ],
    }


def _log_volume(panel: LogVolume) -> Model:
    return {
        "type": "timeseries",
        "description": panel.description,
        "datasource": _LOGS,
        "gridPos": {"w": _WHOLE, "h": 8},
        "fieldConfig": _fields(
            {"unit": "short", "min": 0, "custom": {**_LINES, **_STACKED, "drawStyle": "bars"}}
        ),
        "options": _LINES_OPTIONS,
        "targets": [
            {
                "refId": "A",
                "query": panel.query,
                "metrics": [{"id": "1", "type": "count"}],
                "bucketAggs": [
                    {"id": "2", "type": "terms", "field": panel.field},
                    {"id": "3", "type": "date_histogram", "field": _TIMESTAMP},
                ],
                "timeField": _TIMESTAMP,
            }
        ],
    }


def _log_lines(panel: LogLines) -> Model:
    return {
        "type": "logs",
        "datasource": _LOGS,
        "gridPos": {"w": _WHOLE, "h": 16},
        "options": {
            "dedupStrategy": "none",
            "enableLogDetails": True,
            "prettifyLogMessage": False,
            "showCommonLabels": False,
            "showLabels": False,
            "showLogContextToggle": False,
            "showTime": True,
            "sortOrder": "Descending",
            "wrapLogMessage": True,
        },
        "targets": [
            {
                "refId": "A",
                "query": panel.query,
                "metrics": [{"id": "1", "type": "logs"}],
                "timeField": _TIMESTAMP,
            }
        ],
    }


def _fields(defaults: Model) -> Model:
    return {"defaults": defaults, "overrides": []}


def _as_it_is_now(query: str) -> Model:
    return {"refId": "A", "expr": query, "instant": True, "range": False}


def _thresholds(thresholds: Thresholds) -> Model:
    starts = (None, *thresholds.limits)
    return {
        "mode": "absolute",
        "steps": [
            {"value": start, "color": color}
            for start, color in zip(starts, thresholds.colors, strict=True)
        ],
    }
