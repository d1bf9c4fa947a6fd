"""Which metrics there are to look at, and who has them."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.facts.network import Peer
from constructs_lib.facts.published import Facts


def metric_names(watched: Iterable[Facts]) -> frozenset[str]:
    """Return the metrics that there are of the watched."""
    return frozenset(
        name
        for facts in watched
        for names in (facts.foreign_metrics, *(endpoint.names for endpoint in facts.metrics))
        for name in names
    )


def metrics_about_others(watched: Iterable[Facts]) -> frozenset[str]:
    """Return the metrics in which some tell of all pods, whoever they are."""
    return frozenset(
        name
        for facts in watched
        for names in (
            facts.foreign_metrics,
            *(endpoint.names for endpoint in facts.metrics if endpoint.about_others),
        )
        for name in names
    )


def exposing(facts: Facts, metric: str) -> list[Peer]:
    """Return the pods that expose a metric."""
    return [endpoint.peer for endpoint in facts.metrics if metric in endpoint.names]
