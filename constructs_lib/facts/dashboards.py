"""Dashboards as values, independent of Grafana."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum
from typing import Self, TypeAlias

from constructs_lib.facts.promql import metrics_asked
from constructs_lib.rules import check_name
from constructs_lib.values import Value


class DashboardFolder(StrEnum):
    """A folder that there is anyway; any other is called by its name."""

    SERVICES = "services"
    PLATFORM = "platform"
    LOGS = "logs"


def folder_title(folder: str) -> str:
    """Return the title of a folder, which is called by its uid otherwise."""
    return folder.replace("-", " ").capitalize()


class Thresholds(Value):
    """The thresholds of a panel, in ascending order.

    Args:
        colors: of the ranges, one more than the limits.
        limits: between ranges.
    """

    colors: tuple[str, ...]
    limits: tuple[float, ...]


def worse_above(warning: float, critical: float) -> Thresholds:
    """Return thresholds for a value that should be low."""
    return Thresholds(colors=("green", "orange", "red"), limits=(warning, critical))


def worse_below(critical: float, warning: float) -> Thresholds:
    """Return thresholds for a value that should be high."""
    return Thresholds(colors=("red", "orange", "green"), limits=(critical, warning))


def all_there(count: int) -> Thresholds:
    """Return thresholds for a number of replicas that should all be there."""
    return worse_below(max(count - 1, 1), count)


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """A panel of time series.

    Args:
        title: the question.
        unit: as Grafana names it: ``reqps``, ``percentunit``, ``s``, ``bytes``, ``short``.
        queries: PromQL by legend.
        description: what a reader must know to understand the answer.
        stacked: whether the series are stacked.
        limit: a threshold that is drawn as a line, if any.
    """

    title: str
    unit: str
    queries: Mapping[str, str]
    _: KW_ONLY
    description: str = ""
    stacked: bool = False
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Stat:
    """A panel with the current value of a query.

    Args:
        title: the question.
        unit: as Grafana names it.
        query: in PromQL.
        thresholds: of its colors; optional.
        description: what a reader must know to understand the answer.
    """

    title: str
    unit: str
    query: str
    _: KW_ONLY
    thresholds: Thresholds | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A panel with the current series of a query and their labels.

    Args:
        title: the question.
        query: in PromQL.
    """

    title: str
    query: str


@dataclass(frozen=True, slots=True)
class LogVolume:
    """A panel of the number of log lines over time, by the values of a field.

    Args:
        title: the question.
        field: that the lines are grouped by.
        query: which lines, in Lucene's language.
        description: what a reader must know to understand the answer.
    """

    title: str
    field: str
    query: str
    _: KW_ONLY
    description: str = ""


@dataclass(frozen=True, slots=True)
class LogLines:
    """A panel of log lines, newest first.

    Args:
        title: the question.
        query: which lines, in Lucene's language.
    """

    title: str
    query: str


Panel: TypeAlias = TimeSeries | Stat | Table | LogVolume | LogLines


class Section(Value):
    """Panels on one subject; without one of their metrics, the section is left out.

    Args:
        title: of the row.
        panels: from left to right, row by row.
    """

    title: str
    panels: tuple[Panel, ...]

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics of its panels."""
        return frozenset(
            metric
            for panel in self.panels
            for query in _promql(panel)
            for metric in metrics_asked(query)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A query variable with multiple choice, all values by default.

    Args:
        name: as queries name it, after a ``$``.
        label: shown before the variable.
        values: the query, such as ``label_values(kube_pod_info, namespace)``.
    """

    name: str
    label: str
    values: str


@dataclass(frozen=True, slots=True)
class TextBox:
    """A text box variable.

    Args:
        name: as queries name it, after a ``$``.
        label: shown before the variable.
        default: of its text.
    """

    name: str
    label: str
    default: str


class Dashboard(Value):
    """A dashboard: sections of panels whose metrics exist.

    Args:
        uid: stable, at most 40 characters.
        title: of the dashboard.
        folder: the name of the folder that it is in: a `DashboardFolder`, or one of your own.
        description: the questions that it answers.
        sections: from top to bottom.
        variables: of its queries.
        alerts: the matchers of alerts shown as annotations; optional.

    Raises:
        ConfigurationError: a folder that is no name.
    """

    uid: str
    title: str
    folder: str
    description: str
    sections: tuple[Section, ...]
    variables: tuple[Choice | TextBox, ...] = ()
    alerts: str | None = None

    def __post_init__(self) -> None:
        check_name("Dashboard.folder", self.folder)

    def shown_of(self, metrics: Collection[str]) -> Self:
        """Return the dashboard without sections whose metrics no target exposes."""
        return replace(
            self,
            sections=tuple(section for section in self.sections if section.metrics <= set(metrics)),
        )


def _promql(panel: Panel) -> Collection[str]:
    match panel:
        case TimeSeries():
            return panel.queries.values()
        case Stat() | Table():
            return (panel.query,)
        case LogVolume() | LogLines():
            return ()
