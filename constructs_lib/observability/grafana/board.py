"""A dashboard: sections of panels, as far as their metrics are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from constructs_lib.observability.grafana.folders import DashboardFolder
from constructs_lib.observability.grafana.foundation import (
    AnnotationQuery,
    Builder,
    Dashboard,
    DashboardLink,
    JSONEncoder,
    QueryVariable,
    Row,
    models,
    prometheus,
)
from constructs_lib.observability.grafana.panels import METRICS, Panel

_COLUMNS = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Panels about one thing.

    Args:
        title: what they are about.
        needs: the metrics that they ask for; where one is missing, the section is.
        panels: from left to right, row by row.
    """

    title: str
    needs: tuple[str, ...]
    panels: tuple[Panel, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """A dashboard.

    Args:
        uid: the last part of its address, which stays; at most 40 characters.
        title: what people look for.
        folder: where they look.
        description: what it answers.
        sections: from top to bottom.
        variables: what a reader chooses at the top.
        alerts: the matchers of the alerts that are drawn into the panels; None for none.
    """

    uid: str
    title: str
    folder: DashboardFolder
    description: str
    sections: tuple[Section, ...]
    variables: tuple[Builder[models.VariableModel], ...] = ()
    alerts: str | None = None

    def shown_of(self, metrics: Collection[str]) -> Board:
        """Return the dashboard without what asks for metrics that nobody exposes."""
        return replace(
            self,
            sections=tuple(
                section for section in self.sections if set(section.needs) <= set(metrics)
            ),
        )

    def to_json(self) -> str:
        """Return the dashboard as Grafana reads it from a file."""
        board = (
            Dashboard(self.title)
            .uid(self.uid)
            .description(self.description)
            .tags([self.folder.value])
            .timezone("browser")
            .time("now-3h", "now")
            .refresh("1m")
            .tooltip(models.DashboardCursorSync.CROSSHAIR)
            .readonly()
            .variables(list(self.variables))
            .links([_others(self.folder)])
        )
        if self.alerts is not None:
            board = board.annotation(_firing(self.alerts))
        for section in self.sections:
            board = board.with_row(Row(section.title))
            for panel in section.panels:
                board = board.with_panel(panel)
        built = board.build()
        for variable in (built.templating and built.templating.list_val) or ():
            # The SDK gives to all what only a choice of intervals has.
            variable.auto = variable.auto_min = variable.auto_count = None
        _place(built.panels or [])
        return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(built) + "\n"


def choice(name: str, label: str, query: str) -> QueryVariable:
    """Return a variable of which any number of values can be chosen, all at first."""
    return (
        QueryVariable(name)
        .label(label)
        .datasource(METRICS)
        .query(query)
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
