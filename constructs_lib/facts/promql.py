"""PromQL: functions that build expressions, and the metrics of an expression."""

from __future__ import annotations

from functools import cache

import promql_parser

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour, Peer
from constructs_lib.labels import NAME

# What panels of Grafana look back: at least four scrapes, whatever the zoom:
# https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
WINDOW = "$__rate_interval"


def pods_of(peer: Peer | Neighbour) -> str:
    """Return the matchers of the series that these pods expose."""
    return f'namespace="{peer.namespace}",app="{peer.selector.get(NAME, peer.name)}"'


def rate(metric: str, *matchers: str, window: str = WINDOW) -> str:
    """Return how much a counter grows in a second."""
    return f"rate({series(metric, *matchers)}[{window}])"


def increase(metric: str, *matchers: str, window: str = WINDOW) -> str:
    """Return how much a counter grew in a window."""
    return f"increase({series(metric, *matchers)}[{window}])"


def series(metric: str, *matchers: str) -> str:
    """Return the selector of series."""
    return f"{metric}{{{','.join(matchers)}}}" if matchers else metric


def total(expression: str, *labels: str) -> str:
    """Return the sum of series, one for each value of the labels."""
    return _gathered("sum", expression, labels)


def highest(expression: str, *labels: str) -> str:
    """Return the highest of series, one for each value of the labels."""
    return _gathered("max", expression, labels)


def quantile(
    share: float, histogram: str, *matchers: str, by: tuple[str, ...] = (), window: str = WINDOW
) -> str:
    """Return a quantile of a histogram, as it grew in a window."""
    buckets = rate(histogram, *matchers, window=window)
    return f"histogram_quantile({share}, {total(buckets, 'le', *by)})"


@cache
def metrics_asked(expression: str) -> frozenset[str]:
    """Return the names of the metrics in an expression.

    Raises:
        ValueError: it is no PromQL.
    """
    asked: set[str] = set()

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            asked.update(
                matcher.value for matcher in node.matchers.matchers if matcher.name == "__name__"
            )
            if node.name is not None:
                asked.add(node.name)

    promql_parser.walk(promql_parser.parse(expression.replace(WINDOW, "5m")), visit)
    return frozenset(asked)


def check_promql(field: str, expression: str) -> None:
    """Refuse an expression that is no PromQL, or that only a panel can ask."""
    if WINDOW in expression:
        works = f"say how far it looks back in place of {WINDOW}, as with window='5m'"
        raise ConfigurationError(field, expression, works)
    try:
        metrics_asked(expression)
    except ValueError as error:
        raise ConfigurationError(field, expression, f"write PromQL: {error}") from error


def _gathered(function: str, expression: str, labels: tuple[str, ...]) -> str:
    by = f" by ({', '.join(labels)}) " if labels else ""
    return f"{function}{by}({expression})"
