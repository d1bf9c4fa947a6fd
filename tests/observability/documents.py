"""Documents of Grafana, which hold PromQL however deep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# What Prometheus makes itself.
OWN = frozenset({"ALERTS", "scrape_duration_seconds", "scrape_samples_scraped", "up"})


def walk(node: object, key: str) -> Iterator[Any]:
    """Yield all values of a key, however deep."""
    if isinstance(node, Mapping):
        if key in node:
            yield node[key]
        for value in node.values():
            yield from walk(value, key)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for value in node:
            yield from walk(value, key)
