"""Which metrics there are to look at, and who has them."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.facts.network import Peer
from constructs_lib.facts.published import Facts


def metric_names(watched: Iterable[Facts]) -> frozenset[str]:
    """Return the metrics that the watched promise."""
    return frozenset(
        name for facts in watched for endpoint in facts.metrics for name in endpoint.names
    )


def exposing(facts: Facts, metric: str) -> list[Peer]:
    """Return the pods that expose a metric."""
    return [endpoint.peer for endpoint in facts.metrics if metric in endpoint.names]
