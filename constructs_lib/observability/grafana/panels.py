"""Panels as people read them: one question each."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

from constructs_lib.observability.grafana.data_sources import PROMETHEUS
from constructs_lib.observability.grafana.foundation import (
    Builder,
    Dataquery,
    GraphThresholdsStyleConfig,
    PromQueryFormat,
    ReduceDataOptions,
    StackingConfig,
    TableOptions,
    VizLegendOptions,
    VizTooltipOptions,
    common_models,
    models,
    prometheus,
    stat,
    table,
    timeseries,
)
from constructs_lib.observability.grafana.levels import PLAIN, Levels

Panel = Builder[models.Panel]
METRICS = common_models.DataSourceRef(type_val="prometheus", uid=PROMETHEUS)
# Of the 24 columns that Grafana has.
_QUARTER, _HALF, WHOLE = 6, 12, 24


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
    panel = drawn(title, unit, description).datasource(METRICS).targets(_targets(queries))
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
        .span(WHOLE)
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


def drawn(title: str, unit: str, description: str) -> timeseries.Panel:
    """Return lines over time that nobody has asked for yet."""
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
