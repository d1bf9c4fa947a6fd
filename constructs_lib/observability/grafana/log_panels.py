"""Panels of lines of log."""

from __future__ import annotations

from constructs_lib.observability.grafana.data_sources import ELASTICSEARCH
from constructs_lib.observability.grafana.foundation import (
    StackingConfig,
    common_models,
    elasticsearch,
    logs,
)
from constructs_lib.observability.grafana.panels import WHOLE, Panel, drawn

LOGS = common_models.DataSourceRef(type_val="elasticsearch", uid=ELASTICSEARCH)
TIMESTAMP = "@timestamp"


def lines_per(title: str, field: str, query: str, *, description: str = "") -> Panel:
    """Return how many lines of log there are over time, by the values of a field."""
    return (
        drawn(title, "short", description)
        .span(WHOLE)
        .datasource(LOGS)
        .draw_style(common_models.GraphDrawStyle.BARS)
        .stacking(StackingConfig().mode(common_models.StackingMode.NORMAL))
        .targets(
            [
                elasticsearch.Dataquery()
                .query(query)
                .metrics([elasticsearch.Count().id("1")])
                .bucket_aggs(
                    [
                        elasticsearch.Terms().id("2").field(field),
                        elasticsearch.DateHistogram().id("3").field(TIMESTAMP),
                    ]
                )
                .time_field(TIMESTAMP)
                .ref_id("A")
            ]
        )
    )


def lines(title: str, query: str) -> Panel:
    """Return the lines of log themselves, the newest first."""
    return (
        logs.Panel()
        .title(title)
        .height(16)
        .span(WHOLE)
        .datasource(LOGS)
        .show_time(show_time=True)
        .wrap_log_message(wrap_log_message=True)
        .enable_log_details(enable_log_details=True)
        .sort_order(common_models.LogsSortOrder.DESCENDING)
        .targets(
            [
                elasticsearch.Dataquery()
                .query(query)
                .metrics([elasticsearch.Logs().id("1")])
                .time_field(TIMESTAMP)
                .ref_id("A")
            ]
        )
    )
