"""What a construct shows of itself: dashboards as values, whoever draws them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum
from typing import Self, TypeAlias

from constructs_lib.facts.promql import metrics_asked
from constructs_lib.values import Value


class DashboardFolder(StrEnum):
    """A folder of dashboards; its value is the last part of its address."""

    SERVICES = "services"
    PLATFORM = "platform"
    LOGS = "logs"

    @property
    def label(self) -> str:
        """The title of the folder."""
        return self.value.capitalize()


class Thresholds(Value):
    """From which value on a number is what it should not be, from left to right.

    Args:
        colors: of the ranges; one more than the limits.
        limits: where the next range begins.
    """

    colors: tuple[str, ...]
    limits: tuple[float, ...]


def worse_above(warning: float, critical: float) -> Thresholds:
    """Return the thresholds of what should be low."""
    return Thresholds(colors=("green", "orange", "red"), limits=(warning, critical))


def worse_below(critical: float, warning: float) -> Thresholds:
    """Return the thresholds of what should be high."""
    return Thresholds(colors=("red", "orange", "green"), limits=(critical, warning))


def all_there(count: int) -> Thresholds:
    """Return the thresholds of how many there are of those that should all be there."""
    return worse_below(max(count - 1, 1), count)


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """Lines over time.

    Args:
        title: the question.
        unit: as Grafana names it: ``reqps``, ``percentunit``, ``s``, ``bytes``, ``short``.
        queries: PromQL by what its lines are called.
        description: what a reader must know to understand the answer.
        stacked: whether the lines add up to something.
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
    """One number, as it is now.

    Args:
        title: the question.
        unit: as Grafana names it.
        query: in PromQL.
        thresholds: from which value on it is what it should not be; None for never.
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
    """Series with their labels, as they are now.

    Args:
        title: the question.
        query: in PromQL.
    """

    title: str
    query: str


@dataclass(frozen=True, slots=True)
class LogVolume:
    """How many lines of log there are over time, by the values of a field.

    Args:
        title: the question.
        field: whose values are told apart.
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
    """The lines of log themselves, the newest first.

    Args:
        title: the question.
        query: which lines, in Lucene's language.
    """

    title: str
    query: str


Panel: TypeAlias = TimeSeries | Stat | Table | LogVolume | LogLines


class Section(Value):
    """Panels about one thing; where a metric is missing that they ask for, the section is.

    Args:
        title: what they are about.
        panels: from left to right, row by row.
    """

    title: str
    panels: tuple[Panel, ...]

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics that its panels ask for."""
        return frozenset(
            metric
            for panel in self.panels
            for query in _promql(panel)
            for metric in metrics_asked(query)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of which a reader chooses any number of values at the top, all at first.

    Args:
        name: as queries name it, after a ``$``.
        label: what people read.
        values: where they come from, such as ``label_values(kube_pod_info, namespace)``.
    """

    name: str
    label: str
    values: str


@dataclass(frozen=True, slots=True)
class TextBox:
    """Something that a reader writes at the top.

    Args:
        name: as queries name it, after a ``$``.
        label: what people read.
        default: what stands there at first.
    """

    name: str
    label: str
    default: str


class Dashboard(Value):
    """A dashboard: sections of panels, as far as their metrics are there.

    Args:
        uid: the last part of its address, which stays; at most 40 characters.
        title: what people look for.
        folder: where they look.
        description: what it answers.
        sections: from top to bottom.
        variables: what a reader chooses or writes at the top.
        alerts: the matchers of the alerts that are drawn into the panels; None for none.
    """

    uid: str
    title: str
    folder: DashboardFolder
    description: str
    sections: tuple[Section, ...]
    variables: tuple[Choice | TextBox, ...] = ()
    alerts: str | None = None

    def shown_of(self, metrics: Collection[str]) -> Self:
        """Return the dashboard without what asks for metrics that nobody exposes."""
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
