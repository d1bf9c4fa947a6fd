"""The alerts of a Valkey."""

from __future__ import annotations

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import increase, pods_of, series
from constructs_lib.valkey.metrics import MOST, REJECTED, REWRITTEN, UP, USED, WRITTEN

_RUNBOOK = "valkey"


def of_any(peer: Peer) -> tuple[AlertRule, ...]:
    """Return those of any."""
    pods = pods_of(peer)
    return (
        AlertRule(
            name="ValkeyDown",
            # Also where no pod is there to tell. One that is replaced is back sooner.
            expression=f"absent({series(UP, pods)} == 1)",
            for_seconds=120,
            severity=Severity.PAGE,
            summary=f"{peer.name} does not answer.",
            runbook=_RUNBOOK,
        ),
        AlertRule(
            name="ValkeyRejectsConnections",
            expression=f"{increase(REJECTED, pods, window='10m')} > 0",
            for_seconds=0,
            severity=Severity.TICKET,
            summary=f"{peer.name} has as many clients as it takes, and turns others away.",
            runbook=_RUNBOOK,
        ),
    )


def of_a_broker(peer: Peer) -> tuple[AlertRule, ...]:
    """Return those of one that keeps what it accepts."""
    pods = pods_of(peer)
    return (
        *of_any(peer),
        AlertRule(
            name="ValkeyMemoryNearlyFull",
            expression=f"{series(USED, pods)} / {series(MOST, pods)} > 0.8",
            for_seconds=300,
            severity=Severity.PAGE,
            summary=f"{peer.name} is nearly full, and refuses all writes when it is.",
            runbook=_RUNBOOK,
        ),
        AlertRule(
            name="ValkeyFileNotWritten",
            expression=f"{series(WRITTEN, pods)} == 0 or {series(REWRITTEN, pods)} == 0",
            for_seconds=60,
            severity=Severity.PAGE,
            summary=f"{peer.name} cannot write its file of commands: its volume is full or broken.",
            runbook=_RUNBOOK,
        ),
    )
