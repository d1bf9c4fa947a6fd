"""All that a tier, a database or a stack holds can be drawn: what is not would break a few runs."""

from __future__ import annotations

from constructs_lib import (
    ApiTier,
    Migration,
    ObservabilityStack,
    OneOffJob,
    PodDefaults,
    PostgresCluster,
    ScheduledJob,
    SecurityBaseline,
    SocketTier,
    WebTier,
    WorkerTier,
)
from tests.properties.strategies import without_strategy


def test_each_argument_can_be_drawn() -> None:
    tiers = (ApiTier, SocketTier, WebTier, WorkerTier, Migration, OneOffJob, ScheduledJob)
    others = (PostgresCluster, ObservabilityStack, SecurityBaseline, PodDefaults)
    assert without_strategy(*tiers, *others) == set()
