"""Panels as people read them: one question each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from constructs_lib.observability.grafana.data_sources import ELASTICSEARCH, PROMETHEUS
from constructs_lib.observability.grafana.foundation import (
    Builder,
    Dataquery,
    GraphThresholdsStyleConfig,
    PromQueryFormat,
    ReduceDataOptions,
    StackingConfig,
    TableOptions,
    ThresholdsConfig,
    VizLegendOptions,
    VizTooltipOptions,
    common_models,
    elasticsearch,
    logs,
    models,
    prometheus,
    stat,
    table,
    timeseries,
)

Panel = Builder[models.Panel]
METRICS = common_models.DataSourceRef(type_val="prometheus", uid=PROMETHEUS)
LOGS = common_models.DataSourceRef(type_val="elasticsearch", uid=ELASTICSEARCH)
TIMESTAMP = "@timestamp"
# Of the 24 columns that Grafana has.
_QUARTER, _HALF, _WHOLE = 6, 12, 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """From which value on a number is what it should not be, from left to right.

    Args:
        colors: of the ranges; one more than the limits.
        limits: where the next range begins.
    """

    colors: tuple[str, ...]
    limits: tuple[float, ...]

    def build(self) -> ThresholdsConfig:
        """Return what the SDK takes."""
        starts: tuple[float | None, ...] = (None, *self.limits)
        return (
            ThresholdsConfig()
            .mode(models.ThresholdsMode.ABSOLUTE)
            .steps(
                [
                    models.Threshold(value=start, color=color)
                    for start, color in zip(starts, self.colors, strict=True)
                ]
            )
        )


def worse_above(warning: float, critical: float) -> Levels:
    """Return levels of what should be low."""
    return Levels(colors=("green", "orange", "red"), limits=(warning, critical))


def worse_below(critical: float, warning: float) -> Levels:
    """Return levels of what should be high."""
    return Levels(colors=("red", "orange", "green"), limits=(critical, warning))


PLAIN = Levels(colors=("text",), limits=())


def graph(
    title: str,
    unit: str,
    queries: Mapping[str, str],
    *,
    description: str = "",
    stacked: bool = False,
    limit: float | None = None,
) -> Panel:
    """Return lines over time, two panels a row.

    Args:
        title: the question.
        unit: as Grafana names it: ``reqps``, ``percentunit``, ``s``, ``bytes``, ``short``.
        queries: PromQL by what its lines are called.
        description: what a reader must know to understand the answer.
        stacked: whether the lines add up to something.
        limit: a line that nothing should cross.
    """
    panel = _drawn(title, unit, description).datasource(METRICS).targets(_targets(queries))
    if stacked:
        panel = panel.stacking(StackingConfig().mode(common_models.StackingMode.NORMAL))
    if limit is not None:
        panel = panel.thresholds(
            Levels(colors=("transparent", "red"), limits=(limit,)).build()
        ).thresholds_style(
            GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
        )
    return panel


def number(
    title: str, unit: str, query: str, *, levels: Levels = PLAIN, description: str = ""
) -> Panel:
    """Return one number as it is now, four panels a row."""
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .unit(unit)
        .height(4)
        .span(_QUARTER)
        .datasource(METRICS)
        .thresholds(levels.build())
        .graph_mode(common_models.BigValueGraphMode.NONE)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .targets([prometheus.Dataquery().expr(query).instant().ref_id("A")])
    )


def rows(title: str, query: str, *, description: str = "") -> Panel:
    """Return a table of series with their labels, as they are now."""
    panel = (
        table.Panel()
        .title(title)
        .description(description)
        .height(8)
        .span(_WHOLE)
        .datasource(METRICS)
        .targets(
            [prometheus.Dataquery().expr(query).instant().format(PromQueryFormat.TABLE).ref_id("A")]
        )
        # Whether a series is there is all that matters.
        .with_transformation(
            models.DataTransformerConfig(
                id_val="organize", options={"excludeByName": {"Time": True, "Value": True}}
            )
        )
    )
    options = panel.build().options
    if isinstance(options, TableOptions):
        # The SDK writes one of an older form.
        options.footer = None
    return panel


def lines_per(title: str, field: str, query: str, *, description: str = "") -> Panel:
    """Return how many lines of log there are over time, by the values of a field."""
    return (
        _drawn(title, "short", description)
        .span(_WHOLE)
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
        .span(_WHOLE)
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


def _drawn(title: str, unit: str, description: str) -> timeseries.Panel:
    return (
        timeseries.Panel()
        .title(title)
        .description(description)
        .unit(unit)
        .min(0)
        .height(8)
        .span(_HALF)
        .fill_opacity(10)
        .show_points(common_models.VisibilityMode.NEVER)
        # The SDK writes that there is no legend unless it is told.
        .legend(
            VizLegendOptions()
            .show_legend(show_legend=True)
            .display_mode(common_models.LegendDisplayMode.LIST)
            .placement(common_models.LegendPlacement.BOTTOM)
        )
        .tooltip(
            VizTooltipOptions()
            .mode(common_models.TooltipDisplayMode.MULTI)
            .sort(common_models.SortOrder.DESCENDING)
        )
    )


def _targets(queries: Mapping[str, str]) -> list[Builder[Dataquery]]:
    return [
        prometheus.Dataquery().expr(query).legend_format(legend).ref_id(letter)
        for letter, (legend, query) in zip(ascii_uppercase, queries.items(), strict=False)
    ]
