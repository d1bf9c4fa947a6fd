"""All that a tier, a database or a stack holds can be drawn: what is not would break a few runs."""

from __future__ import annotations

from constructs_lib import (
    ApiTier,
    ObservabilityStack,
    PodDefaults,
    PostgresCluster,
    SecurityBaseline,
    SocketTier,
    WebTier,
)
from tests.properties.strategies import without_strategy


def test_each_argument_can_be_drawn() -> None:
    tiers = (ApiTier, SocketTier, WebTier)
    others = (PostgresCluster, ObservabilityStack, SecurityBaseline, PodDefaults)
    assert without_strategy(*tiers, *others) == set()
