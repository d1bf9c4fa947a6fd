"""What people find in Kibana from the first day: a data view, searches, charts and a dashboard.

Kibana keeps parts of its objects as JSON inside of JSON, so they are put together here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

DATA_VIEW = "logs"
_SOURCE = "kibanaSavedObjectMeta.searchSourceJSON.index"
# In which form each kind is written: Kibana brings it up to date from there.
_FORMS = {
    "dashboard": "8.9.0",
    "index-pattern": "8.0.0",
    "search": "8.0.0",
    "visualization": "8.5.0",
}
_COLUMNS = 48
_BAD = "log.level: (error or fatal or critical or alert or panic)"


def views() -> str:
    """Return all of them as the import takes them, one a line."""
    charts = [
        _chart("lines", "Lines", by="service.name"),
        _chart("errors-over-time", "Errors over time", by="service.name", query=_BAD),
        _chart("status-codes", "Status codes", by="http.response.status_code"),
        _chart("levels", "Levels", by="log.level"),
    ]
    errors = _search(
        "errors",
        "Errors",
        "What went wrong, newest first.",
        query=_BAD,
        columns=["service.name", "log.level", "message"],
    )
    searches = [
        _search(
            "failed-requests",
            "Failed requests",
            "Requests that the API answered with an error of its own.",
            query="http.response.status_code >= 500",
            columns=["service.name", "http.response.status_code", "url.original"],
        ),
        _search(
            "not-understood",
            "Not understood",
            "Lines that no pattern fits, or that Elasticsearch refused; they are kept as text.",
            query="tags: *failure*",
            columns=["service.name", "tags", "message"],
        ),
    ]
    objects = [_data_view(), *charts, errors, *searches, _dashboard(charts, below=errors)]
    return "".join(f"{json.dumps(each)}\n" for each in objects)


def _data_view() -> dict[str, Any]:
    attributes = {"title": "logs-*", "name": "Logs", "timeFieldName": "@timestamp"}
    return _saved("index-pattern", DATA_VIEW, attributes, [])


def _search(
    name: str, title: str, description: str, *, query: str, columns: Sequence[str]
) -> dict[str, Any]:
    attributes = {
        "title": title,
        "description": description,
        "columns": list(columns),
        "sort": [["@timestamp", "desc"]],
        "kibanaSavedObjectMeta": _asked(query),
    }
    return _saved("search", name, attributes, [_reference(_SOURCE, "index-pattern", DATA_VIEW)])


def _chart(name: str, title: str, *, by: str, query: str = "") -> dict[str, Any]:
    """Return stacked bars of how many lines there are over time, by the values of a field."""
    axis = {"show": True, "labels": {"show": True, "truncate": 100}}
    state = {
        "title": title,
        "type": "histogram",
        "aggs": [
            _aggregation("1", "count", "metric"),
            _aggregation(
                "2",
                "date_histogram",
                "segment",
                field="@timestamp",
                interval="auto",
                min_doc_count=1,
            ),
            _aggregation("3", "terms", "group", field=by, orderBy="1", order="desc", size=10),
        ],
        "params": {
            "type": "histogram",
            "addLegend": True,
            "addTooltip": True,
            "legendPosition": "right",
            "categoryAxes": [
                {
                    **axis,
                    "id": "CategoryAxis-1",
                    "type": "category",
                    "position": "bottom",
                    "scale": {"type": "linear"},
                    "title": {},
                }
            ],
            "valueAxes": [
                {
                    **axis,
                    "id": "ValueAxis-1",
                    "name": "LeftAxis-1",
                    "type": "value",
                    "position": "left",
                    "scale": {"type": "linear", "mode": "normal"},
                    "title": {"text": "Lines"},
                }
            ],
            "seriesParams": [
                {
                    "show": True,
                    "type": "histogram",
                    "mode": "stacked",
                    "data": {"id": "1", "label": "Lines"},
                    "valueAxis": "ValueAxis-1",
                }
            ],
        },
    }
    attributes = {
        "title": title,
        "description": "",
        "visState": json.dumps(state),
        "uiStateJSON": "{}",
        "kibanaSavedObjectMeta": _asked(query),
    }
    return _saved(
        "visualization", name, attributes, [_reference(_SOURCE, "index-pattern", DATA_VIEW)]
    )


def _aggregation(number: str, kind: str, schema: str, **params: str | int) -> dict[str, Any]:
    return {"id": number, "enabled": True, "type": kind, "schema": schema, "params": params}


def _dashboard(charts: Sequence[dict[str, Any]], *, below: dict[str, Any]) -> dict[str, Any]:
    """Return the charts two by two, and a search over the whole width below them."""
    half, height = _COLUMNS // 2, 12
    places = [
        (chart, {"x": half * (at % 2), "y": height * (at // 2), "w": half, "h": height})
        for at, chart in enumerate(charts)
    ]
    rows = (len(charts) + 1) // 2
    places.append((below, {"x": 0, "y": height * rows, "w": _COLUMNS, "h": 2 * height}))
    panels = [
        {
            "type": shown["type"],
            "panelIndex": shown["id"],
            "gridData": {**place, "i": shown["id"]},
            "embeddableConfig": {},
            "panelRefName": f"panel_{shown['id']}",
        }
        for shown, place in places
    ]
    attributes = {
        "title": "Logs",
        "description": "How much is written, and what of it speaks of trouble.",
        "panelsJSON": json.dumps(panels),
        "optionsJSON": json.dumps({"useMargins": True, "hidePanelTitles": False}),
        "timeRestore": False,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": json.dumps(
                {"query": {"language": "kuery", "query": ""}, "filter": []}
            )
        },
    }
    references = [
        _reference(f"{shown['id']}:panel_{shown['id']}", shown["type"], shown["id"])
        for shown, _ in places
    ]
    return _saved("dashboard", "logs", attributes, references)


def _asked(query: str) -> dict[str, str]:
    source = {
        "query": {"language": "kuery", "query": query},
        "filter": [],
        "indexRefName": _SOURCE,
    }
    return {"searchSourceJSON": json.dumps(source)}


def _reference(name: str, kind: str, target: str) -> dict[str, str]:
    return {"name": name, "type": kind, "id": target}


def _saved(
    kind: str, name: str, attributes: dict[str, Any], references: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "id": name,
        "type": kind,
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": _FORMS[kind],
        "attributes": attributes,
        "references": references,
    }
