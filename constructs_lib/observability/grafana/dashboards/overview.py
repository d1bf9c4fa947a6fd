"""What is promised to users, and how much of it is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs_lib.facts.promql import WINDOW, pods_of, rate, total
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import Indicator, ServiceLevel
from constructs_lib.observability.exposed import metric_names
from constructs_lib.observability.grafana.board import Board, Section
from constructs_lib.observability.grafana.folders import DashboardFolder
from constructs_lib.observability.grafana.levels import worse_above, worse_below
from constructs_lib.observability.grafana.panels import Panel, graph, number, rows

# The window of a `ServiceLevel`.
_PERIOD = "30d"
# At this rate a fiftieth of the budget goes in an hour, and somebody is paged.
_FAST = 14.4
# Each takes some 15 of the 200 kB that one may have.
_TOGETHER = 10


def overviews(watched: Sequence[Facts]) -> Iterator[Board]:
    """Yield the dashboards of all promises: one, or several where there are many."""
    promising = [facts for facts in watched if facts.service_level]
    for start in range(0, len(promising), _TOGETHER):
        yield _overview(promising[start : start + _TOGETHER], start // _TOGETHER + 1)


def _overview(watched: Sequence[Facts], page: int) -> Board:
    words = ("overview", *([str(page)] if page > 1 else []))
    return Board(
        uid="-".join(words),
        title=" ".join(words).capitalize(),
        folder=DashboardFolder.SERVICES,
        description="What is promised to users, how much of it is left, and what is firing.",
        sections=(
            *(section for facts in watched for section in _promises(facts)),
            Section(
                title="Alerts",
                needs=(),
                panels=(
                    rows(
                        "Firing",
                        "max by (alertname, severity, namespace, app) "
                        '(ALERTS{alertstate="firing",alertname!="Watchdog"})',
                    ),
                ),
            ),
        ),
        alerts='severity="page"',
    )


def _promises(facts: Facts) -> Iterator[Section]:
    level, counted = facts.service_level, facts.indicator
    if level is None or counted is None or not facts.peers:
        return
    peer = facts.peers[0]
    exposed = metric_names([facts])
    if counted.total in exposed:
        yield Section(
            title=f"{peer.name}: {level.availability_percent:g} % succeed",
            needs=(counted.total,),
            panels=_availability(pods_of(peer), counted, level),
        )
    if counted.histogram in exposed and level.latency_seconds is not None:
        yield Section(
            title=f"{peer.name}: {level.latency_percent:g} % within {level.latency_seconds:g} s",
            needs=(counted.histogram,),
            panels=_latency(
                pods_of(peer),
                counted.histogram,
                level.latency_seconds,
                _allowed(level.latency_percent),
            ),
        )


def _availability(pods: str, counted: Indicator, level: ServiceLevel) -> tuple[Panel, ...]:
    allowed = _allowed(level.availability_percent)

    def failures(window: str) -> str:
        # No failure has no series, and counts as none.
        failed = total(rate(counted.total, pods, counted.failed, window=window))
        every = total(rate(counted.total, pods, window=window))
        return f"({failed} or 0 * {every}) / {every}"

    return (
        number(
            "Succeeded in thirty days",
            "percentunit",
            f"1 - {failures(_PERIOD)}",
            levels=worse_below(1 - allowed, 1 - allowed / 2),
            description="Or since Prometheus remembers, if that is less.",
        ),
        number(
            "Error budget left",
            "percentunit",
            f"1 - {failures(_PERIOD)} / {allowed}",
            levels=worse_below(0, 0.25),
            description="The share of the failures allowed in thirty days that is not used up.",
        ),
        number(
            "Burn rate, last hour",
            "none",
            f"{failures('1h')} / {allowed}",
            levels=worse_above(1, _FAST),
            description=f"At 1 the budget lasts thirty days; at {_FAST}, two.",
        ),
        number("Requests", "reqps", total(rate(counted.total, pods, window="5m"))),
        graph(
            "Burn rate",
            "none",
            {window: f"{failures(window)} / {allowed}" for window in ("5m", "1h", "6h")},
            limit=_FAST,
        ),
        graph("Failed", "percentunit", {"share of all": failures(WINDOW)}, limit=allowed),
    )


def _latency(pods: str, histogram: str, seconds: float, allowed: float) -> tuple[Panel, ...]:

    def in_time(window: str) -> str:
        # Prometheus 3 writes whole numbers as 1.0.
        fast, every = (
            total(rate(histogram, pods, f'le="{limit}"', window=window))
            for limit in (float(seconds), "+Inf")
        )
        return f"{fast} / {every}"

    return (
        number(
            "In time, thirty days",
            "percentunit",
            in_time(_PERIOD),
            levels=worse_below(1 - allowed, 1 - allowed / 2),
        ),
        graph("In time", "percentunit", {"share of all": in_time(WINDOW)}),
    )


def _allowed(percent: float) -> float:
    return round(1 - percent / 100, 8)
