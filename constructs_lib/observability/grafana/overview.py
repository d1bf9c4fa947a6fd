"""The dashboard of all service levels and their error budgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs_lib.facts.dashboards import (
    Dashboard,
    DashboardFolder,
    Panel,
    Section,
    Stat,
    Table,
    TimeSeries,
    worse_above,
    worse_below,
)
from constructs_lib.facts.promql import WINDOW, pods_of, rate, total
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import Indicator, ServiceLevel

# The window of a `ServiceLevel`.
_PERIOD = "30d"
# At this rate a fiftieth of the budget goes in an hour, and somebody is paged.
_FAST = 14.4
# Each takes some 15 of the 200 kB that one may have.
_TOGETHER = 10


def overviews(watched: Sequence[Facts]) -> Iterator[Dashboard]:
    """Yield the dashboards of all service levels: one, or several where there are many."""
    promising = [facts for facts in watched if facts.service_level]
    for start in range(0, len(promising), _TOGETHER):
        yield _overview(promising[start : start + _TOGETHER], start // _TOGETHER + 1)


def _overview(watched: Sequence[Facts], page: int) -> Dashboard:
    words = ("overview", *([str(page)] if page > 1 else []))
    return Dashboard(
        uid="-".join(words),
        title=" ".join(words).capitalize(),
        folder=DashboardFolder.SERVICES,
        description="What is promised to users, how much of it is left, and what is firing.",
        sections=(
            *(section for facts in watched for section in _promises(facts)),
            Section(
                title="Alerts",
                panels=(
                    Table(
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
    if counted.total in facts.metric_names:
        yield Section(
            title=f"{peer.name}: {level.availability_percent:g} % succeed",
            panels=_availability(pods_of(peer), counted, level),
        )
    if counted.histogram in facts.metric_names and level.latency_seconds is not None:
        yield Section(
            title=f"{peer.name}: {level.latency_percent:g} % within {level.latency_seconds:g} s",
            panels=_latency(
                pods_of(peer),
                counted.histogram,
                counted.bucket(level.latency_seconds),
                _allowed(level.latency_percent),
            ),
        )


def _availability(pods: str, counted: Indicator, level: ServiceLevel) -> tuple[Panel, ...]:
    allowed = _allowed(level.availability_percent)

    def failures(window: str) -> str:
        # No failure has no series, and counts as none.
        failed = total(counted.failures(pods, window=window))
        every = total(rate(counted.total, pods, window=window))
        return f"({failed} or 0 * {every}) / {every}"

    return (
        Stat(
            "Succeeded in thirty days",
            "percentunit",
            f"1 - {failures(_PERIOD)}",
            thresholds=worse_below(1 - allowed, 1 - allowed / 2),
            description="Or since Prometheus remembers, if that is less.",
        ),
        Stat(
            "Error budget left",
            "percentunit",
            f"1 - {failures(_PERIOD)} / {allowed}",
            thresholds=worse_below(0, 0.25),
            description="The share of the failures allowed in thirty days that is not used up.",
        ),
        Stat(
            "Burn rate, last hour",
            "none",
            f"{failures('1h')} / {allowed}",
            thresholds=worse_above(1, _FAST),
            description=f"At 1 the budget lasts thirty days; at {_FAST}, two.",
        ),
        Stat("Requests", "reqps", total(rate(counted.total, pods, window="5m"))),
        TimeSeries(
            "Burn rate",
            "none",
            {window: f"{failures(window)} / {allowed}" for window in ("5m", "1h", "6h")},
            limit=_FAST,
        ),
        TimeSeries("Failed", "percentunit", {"share of all": failures(WINDOW)}, limit=allowed),
    )


def _latency(pods: str, histogram: str, fast_enough: str, allowed: float) -> tuple[Panel, ...]:

    def in_time(window: str) -> str:
        fast, every = (
            total(rate(histogram, pods, bucket, window=window))
            for bucket in (fast_enough, 'le="+Inf"')
        )
        return f"{fast} / {every}"

    return (
        Stat(
            "In time, thirty days",
            "percentunit",
            in_time(_PERIOD),
            thresholds=worse_below(1 - allowed, 1 - allowed / 2),
        ),
        TimeSeries("In time", "percentunit", {"share of all": in_time(WINDOW)}),
    )


def _allowed(percent: float) -> float:
    return round(1 - percent / 100, 8)
