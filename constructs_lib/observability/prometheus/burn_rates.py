"""The rules of a service level: multi-window burn rates of the error budget.

Four pairs of windows, as https://sre.google/workbook/alerting-on-slos/ has them:
a page when 2% of a month's budget is spent in an hour, a ticket when 10% is spent in three
days. The short window of each pair resolves the alert soon after the errors end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.facts.alerts import Severity
from constructs_lib.facts.network import Neighbour, Peer
from constructs_lib.facts.signals import Indicator, ServiceLevel
from constructs_lib.values import Value

_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_PAIRS = (
    ("5m", "1h", 14.4, "2m", Severity.PAGE),
    ("30m", "6h", 6, "15m", Severity.PAGE),
    ("2h", "1d", 3, "1h", Severity.TICKET),
    ("6h", "3d", 1, "3h", Severity.TICKET),
)


def _series(window: str) -> str:
    return f"objective:broken:ratio_rate{window}"


RECORDED = tuple(_series(window) for window in _WINDOWS)
_BURN, _ABSENT = ALERTS = ("ErrorBudgetBurn", "SLOMetricAbsent")


class Objective(Value):
    """An objective of a tier, as the ratio of bad requests.

    Args:
        name: such as ``availability``.
        allowed: the ratio of bad requests that the budget allows.
        source: the metric that it is measured with.
        broken: bad requests, in PromQL with ``$window`` for the window.
        total: all requests, likewise.
    """

    name: str
    allowed: float
    source: str
    broken: str
    total: str


def objectives(
    peer: Peer | Neighbour, level: ServiceLevel, indicator: Indicator
) -> Iterator[Objective]:
    """Yield the objectives of a tier.

    Args:
        peer: the tier.
        level: its service level.
        indicator: the metrics of its requests, failures and durations.
    """
    tier = f'namespace="{peer.namespace}",app="{peer.name}"'
    requests = f"{indicator.total}{{{tier}}}"
    total = f"sum(rate({requests}[$window]))"
    failed = f"sum({indicator.failures(tier, window='$window')})"
    yield Objective(
        name="availability",
        allowed=_allowed(level.availability_percent),
        source=requests,
        # Whoever has not failed yet exposes no series of failures.
        broken=f"({failed} or 0 * {total})",
        total=total,
    )
    if level.latency_seconds is not None:
        within = f"{indicator.histogram}{{{tier},{indicator.bucket(level.latency_seconds)}}}"
        total = f'sum(rate({indicator.histogram}{{{tier},le="+Inf"}}[$window]))'
        yield Objective(
            name="latency",
            allowed=_allowed(level.latency_percent),
            source=within,
            broken=f"({total} - sum(rate({within}[$window])))",
            total=total,
        )


def groups(
    peer: Peer | Neighbour, objective: Objective, *, links: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the rule groups of an objective.

    Args:
        peer: whose objective it is.
        objective: to be watched.
        links: of its alerts, as annotations.
    """
    labels = {"namespace": peer.namespace, "app": peer.name, "objective": objective.name}
    name = f"{peer.namespace}/{peer.name}/{objective.name}"
    return [
        {"name": f"{name}/ratios", "rules": [_ratio(objective, w, labels) for w in _WINDOWS]},
        {
            "name": f"{name}/alerts",
            "rules": [
                *(
                    _alert(objective, pair, labels, links)
                    for pair in _PAIRS
                    # More than all requests cannot fail.
                    if pair[2] * objective.allowed < 1
                ),
                _unmeasured(objective, labels, links),
            ],
        },
    ]


def _ratio(objective: Objective, window: str, labels: Mapping[str, str]) -> dict[str, Any]:
    # Without requests there is no ratio.
    ratio = f"{objective.broken} / ({objective.total} > 0)"
    return {
        "record": _series(window),
        "expr": ratio.replace("$window", window),
        "labels": dict(labels),
    }


def _alert(
    objective: Objective,
    pair: tuple[str, str, float, str, Severity],
    labels: Mapping[str, str],
    links: Mapping[str, str],
) -> dict[str, Any]:
    short, long, times, hold, severity = pair
    matchers = ",".join(f'{name}="{value}"' for name, value in labels.items())
    limit = f"{times} * {objective.allowed}"
    return {
        "alert": _BURN,
        "expr": f"{_series(short)}{{{matchers}}} > {limit} and "
        f"{_series(long)}{{{matchers}}} > {limit}",
        "for": hold,
        "labels": {**labels, "severity": severity.value, "window": long},
        "annotations": {
            "summary": f"{labels['app']} uses up its error budget of {objective.name} "
            f"{times:g} times too fast.",
            **links,
        },
    }


def _unmeasured(
    objective: Objective, labels: Mapping[str, str], links: Mapping[str, str]
) -> dict[str, Any]:
    """Return the alert on a metric or bucket that the image does not expose."""
    return {
        "alert": _ABSENT,
        "expr": f"absent_over_time({objective.source}[1d])",
        "for": "1h",
        "labels": {**labels, "severity": Severity.TICKET.value},
        "annotations": {
            "summary": f"{labels['app']} has not told for a day what its {objective.name} is "
            "counted by.",
            **links,
        },
    }


def _allowed(percent: float) -> float:
    return round(1 - percent / 100, 6)
