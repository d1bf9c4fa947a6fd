"""The parts that the PromQL of panels is put together from."""

from __future__ import annotations

from constructs_lib.facts.network import Peer
from constructs_lib.names import NAME

# At least four scrapes, whatever the zoom:
# https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
WINDOW = "$__rate_interval"


def pods_of(peer: Peer) -> str:
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


def quantile(share: float, histogram: str, *matchers: str) -> str:
    """Return the value that a share of what a histogram counts stays below."""
    return f"histogram_quantile({share}, {total(rate(histogram, *matchers), 'le')})"


def _gathered(function: str, expression: str, labels: tuple[str, ...]) -> str:
    by = f" by ({', '.join(labels)}) " if labels else ""
    return f"{function}{by}({expression})"
