"""The dashboard of a Valkey."""

from __future__ import annotations

from constructs_lib.facts.dashboards import (
    Dashboard,
    DashboardFolder,
    Section,
    Stat,
    TimeSeries,
    worse_above,
    worse_below,
)
from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import highest, increase, pods_of, rate, series, total
from constructs_lib.names import short_name
from constructs_lib.valkey.metrics import (
    CLIENTS,
    COMMANDS,
    EVICTED,
    EXPIRED,
    HITS,
    KEYS,
    MISSES,
    MOST,
    REJECTED,
    SIZE,
    STARTED,
    UP,
    USED,
)


def dashboard(peer: Peer, *, keeps: bool) -> Dashboard:
    """Return the dashboard.

    Args:
        peer: its pod.
        keeps: whether it keeps what it accepts.
    """
    pods = pods_of(peer)
    return Dashboard(
        uid=short_name(peer.namespace, peer.name),
        title=f"{peer.name} (Valkey)",
        folder=DashboardFolder.PLATFORM,
        description=f"Whether {peer.name} answers, has room, and does what it is for.",
        sections=(_state(pods), _kept(pods) if keeps else _hits(pods), _clients(pods)),
        alerts=pods,
    )


def _state(pods: str) -> Section:
    return Section(
        title="State",
        panels=(
            Stat("Answers", "short", highest(series(UP, pods)), thresholds=worse_below(1, 1)),
            Stat(
                "Memory in use",
                "percentunit",
                highest(f"{series(USED, pods)} / {series(MOST, pods)}"),
                thresholds=worse_above(0.8, 0.9),
                description="Of what data and buffers may take. A broker refuses writes at 1, "
                "a cache forgets what was not asked for.",
            ),
            Stat("Runs for", "s", f"time() - {highest(series(STARTED, pods))}"),
        ),
    )


def _kept(pods: str) -> Section:
    return Section(
        title="What is kept",
        panels=(
            TimeSeries(
                "Memory", "bytes", {"in use": series(USED, pods), "most": series(MOST, pods)}
            ),
            TimeSeries("File of commands", "bytes", {"size": series(SIZE, pods)}),
            TimeSeries("Keys", "short", {"{{db}}": total(series(KEYS, pods), "db")}),
        ),
    )


def _hits(pods: str) -> Section:
    found, missed = total(rate(HITS, pods)), total(rate(MISSES, pods))
    return Section(
        title="Hits",
        panels=(
            TimeSeries(
                "Found", "percentunit", {"of all that was asked": f"{found} / ({found} + {missed})"}
            ),
            TimeSeries(
                "Forgotten",
                "ops",
                {
                    "for want of room": total(rate(EVICTED, pods)),
                    "since they were old": total(rate(EXPIRED, pods)),
                },
            ),
            TimeSeries("Keys", "short", {"{{db}}": total(series(KEYS, pods), "db")}),
        ),
    )


def _clients(pods: str) -> Section:
    return Section(
        title="Clients",
        panels=(
            TimeSeries("Commands", "ops", {"all": total(rate(COMMANDS, pods))}),
            TimeSeries("Connected", "short", {"clients": total(series(CLIENTS, pods))}),
            TimeSeries("Turned away", "short", {"clients": total(increase(REJECTED, pods))}),
        ),
    )
