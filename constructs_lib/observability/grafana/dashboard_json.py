"""How a dashboard is written, as Grafana reads it from a file."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.facts.dashboards import Choice, Dashboard, DashboardFolder, TextBox
from constructs_lib.observability.grafana import foundation
from constructs_lib.observability.grafana.foundation import (
    AnnotationQuery,
    Builder,
    DashboardLink,
    JSONEncoder,
    QueryVariable,
    Row,
    TextBoxVariable,
    models,
    prometheus,
)
from constructs_lib.observability.grafana.panels import METRICS, draw

_COLUMNS = 24


def dashboard_json(dashboard: Dashboard) -> str:
    """Return the dashboard as Grafana reads it from a file."""
    board = (
        foundation.Dashboard(dashboard.title)
        .uid(dashboard.uid)
        .description(dashboard.description)
        .tags([dashboard.folder.value])
        .timezone("browser")
        .time("now-3h", "now")
        .refresh("1m")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .variables([_variable(variable) for variable in dashboard.variables])
        .links([_others(dashboard.folder)])
    )
    if dashboard.alerts is not None:
        board = board.annotation(_firing(dashboard.alerts))
    for section in dashboard.sections:
        board = board.with_row(Row(section.title))
        for panel in section.panels:
            board = board.with_panel(draw(panel))
    built = board.build()
    for variable in (built.templating and built.templating.list_val) or ():
        # The SDK gives to all what only a choice of intervals has.
        variable.auto = variable.auto_min = variable.auto_count = None
    _place(built.panels or [])
    return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(built) + "\n"


def _variable(variable: Choice | TextBox) -> Builder[models.VariableModel]:
    if isinstance(variable, TextBox):
        return TextBoxVariable(variable.name).label(variable.label).default_value(variable.default)
    return (
        QueryVariable(variable.name)
        .label(variable.label)
        .datasource(METRICS)
        .query(variable.values)
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .current(models.VariableOption(text="All", value="$__all"))
    )


def _place(parts: Iterable[models.Panel | models.RowPanel]) -> None:
    """Number the parts and lay them out from left to right, wrapped where a row is full.

    The SDK gives no numbers, or 0 to all rows, and lets panels hang over the edge.
    """
    column, line, tallest = 0, 0, 0
    for number, part in enumerate(parts, 1):
        place = part.grid_pos or models.GridPos(w=_COLUMNS, h=1)
        if column + place.w > _COLUMNS:
            column, line, tallest = 0, line + tallest, 0
        part.id_val, part.grid_pos = number, place
        place.x, place.y = column, line
        column, tallest = column + place.w, max(tallest, place.h)


def _others(folder: DashboardFolder) -> DashboardLink:
    return (
        DashboardLink(folder.label)
        .type(models.DashboardLinkType.DASHBOARDS)
        .tags([folder.value])
        .as_dropdown(as_dropdown=True)
        .keep_time(keep_time=True)
    )


def _firing(matchers: str) -> AnnotationQuery:
    return (
        AnnotationQuery()
        .name("Alerts")
        .datasource(METRICS)
        .enable(enable=True)
        .icon_color("red")
        .target(
            prometheus.Dataquery()
            .expr(f'max by (alertname) (ALERTS{{alertstate="firing",{matchers}}})')
            .ref_id("A")
        )
    )
