"""What PromQL asks for, read by a parser of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import promql_parser

# What Prometheus makes itself.
OWN = {"ALERTS", "up"}


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


def as_sent(expression: str) -> str:
    """Return what Grafana sends to Prometheus."""
    return re.sub(r"\$__rate_interval", "2m", expression)


def metrics_of(expression: str) -> set[str]:
    """Return the metrics that an expression names."""
    found: set[str] = set()

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.add(str(node.name))

    promql_parser.walk(promql_parser.parse(as_sent(expression)), visit)
    return found
