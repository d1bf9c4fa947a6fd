"""How each kind of panel is drawn, as the SDK takes it."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

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

METRICS = common_models.DataSourceRef(type_val="prometheus", uid=PROMETHEUS)
_LOGS = common_models.DataSourceRef(type_val="elasticsearch", uid=ELASTICSEARCH)
_TIMESTAMP = "@timestamp"
# Of the 24 columns that Grafana has.
_QUARTER, _HALF, _WHOLE = 6, 12, 24
_PLAIN = Thresholds(colors=("text",), limits=())


def draw(panel: Panel) -> Builder[models.Panel]:
    """Return the panel as the SDK takes it."""
    match panel:
        case TimeSeries():
            return _time_series(panel)
        case Stat():
            return _stat(panel)
        case Table():
            return _table(panel)
        case LogVolume():
            return _log_volume(panel)
        case LogLines():
            return _log_lines(panel)


def _time_series(panel: TimeSeries) -> Builder[models.Panel]:
    """Return lines over time, two panels a row."""
    drawn = _lines(panel.title, panel.unit, panel.description)
    drawn = drawn.datasource(METRICS).targets(_targets(panel.queries))
    if panel.stacked:
        drawn = drawn.stacking(StackingConfig().mode(common_models.StackingMode.NORMAL))
    if panel.limit is not None:
        crossed = Thresholds(colors=("transparent", "red"), limits=(panel.limit,))
        drawn = drawn.thresholds(_thresholds(crossed)).thresholds_style(
            GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
        )
    return drawn


def _stat(panel: Stat) -> Builder[models.Panel]:
    """Return one number, four panels a row."""
    return (
        stat.Panel()
        .title(panel.title)
        .description(panel.description)
        .unit(panel.unit)
        .height(4)
        .span(_QUARTER)
        .datasource(METRICS)
        .thresholds(_thresholds(panel.thresholds or _PLAIN))
        .graph_mode(common_models.BigValueGraphMode.NONE)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .targets([prometheus.Dataquery().expr(panel.query).instant().ref_id("A")])
    )


def _table(panel: Table) -> Builder[models.Panel]:
    query = prometheus.Dataquery().expr(panel.query).instant().format(PromQueryFormat.TABLE)
    drawn = (
        table.Panel()
        .title(panel.title)
        .description("")
        .height(8)
        .span(_WHOLE)
        .datasource(METRICS)
        .targets([query.ref_id("A")])
        # Whether a series is there is all that matters.
        .with_transformation(
            models.DataTransformerConfig(
                id_val="organize", options={"excludeByName": {"Time": True, "Value": True}}
            )
        )
    )
    options = drawn.build().options
    if isinstance(options, TableOptions):
        # The SDK writes one of an older form.
        options.footer = None
    return drawn


def _log_volume(panel: LogVolume) -> Builder[models.Panel]:
    query = (
        elasticsearch.Dataquery()
        .query(panel.query)
        .metrics([elasticsearch.Count().id("1")])
        .bucket_aggs(
            [
                elasticsearch.Terms().id("2").field(panel.field),
                elasticsearch.DateHistogram().id("3").field(_TIMESTAMP),
            ]
        )
        .time_field(_TIMESTAMP)
        .ref_id("A")
    )
    return (
        _lines(panel.title, "short", panel.description)
        .span(_WHOLE)
        .datasource(_LOGS)
        .draw_style(common_models.GraphDrawStyle.BARS)
        .stacking(StackingConfig().mode(common_models.StackingMode.NORMAL))
        .targets([query])
    )


def _log_lines(panel: LogLines) -> Builder[models.Panel]:
    query = (
        elasticsearch.Dataquery()
        .query(panel.query)
        .metrics([elasticsearch.Logs().id("1")])
        .time_field(_TIMESTAMP)
        .ref_id("A")
    )
    return (
        logs.Panel()
        .title(panel.title)
        .height(16)
        .span(_WHOLE)
        .datasource(_LOGS)
        .show_time(show_time=True)
        .wrap_log_message(wrap_log_message=True)
        .enable_log_details(enable_log_details=True)
        .sort_order(common_models.LogsSortOrder.DESCENDING)
        .targets([query])
    )


def _lines(title: str, unit: str, description: str) -> timeseries.Panel:
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


def _thresholds(thresholds: Thresholds) -> ThresholdsConfig:
    starts: tuple[float | None, ...] = (None, *thresholds.limits)
    return (
        ThresholdsConfig()
        .mode(models.ThresholdsMode.ABSOLUTE)
        .steps(
            [
                models.Threshold(value=start, color=color)
                for start, color in zip(starts, thresholds.colors, strict=True)
            ]
        )
    )


def _targets(queries: Mapping[str, str]) -> list[Builder[Dataquery]]:
    return [
        prometheus.Dataquery().expr(query).legend_format(legend).ref_id(letter)
        for letter, (legend, query) in zip(ascii_uppercase, queries.items(), strict=False)
    ]
