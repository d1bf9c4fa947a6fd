"""One tier: its requests, its connections, its runtime and its pods."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import (
    highest,
    pods_of,
    quantile,
    rate,
    series,
    total,
)
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import Indicator
from constructs_lib.names import COMPONENT
from constructs_lib.observability.grafana.board import Board, Section, choice
from constructs_lib.observability.grafana.dashboards.pods import pods_use
from constructs_lib.observability.grafana.folders import DashboardFolder
from constructs_lib.observability.grafana.levels import worse_above
from constructs_lib.observability.grafana.panels import graph, number
from constructs_lib.observability.uids import uid

_CHOSEN = 'track=~"$track",pod=~"$pod"'


def tier(facts: Facts) -> Iterator[Board]:
    """Yield the dashboard of a tier, if this is one."""
    if facts.indicator is not None and facts.peers:
        yield _tier(facts.peers[0], facts.indicator)


def _tier(peer: Peer, counted: Indicator) -> Board:
    pods = f"{pods_of(peer)},{_CHOSEN}"
    counted_here = series(counted.total, pods_of(peer))
    return Board(
        uid=uid(peer.namespace, peer.name),
        title=f"{peer.name} ({peer.selector.get(COMPONENT, 'workload')})",
        folder=DashboardFolder.SERVICES,
        description=f"What {peer.name} is asked, how it answers, and what it takes for that.",
        sections=(
            _requests(pods, counted),
            *([_durations(pods, counted.histogram)] if counted.histogram else []),
            _connections(pods),
            _node(pods),
            _process(pods),
            pods_use(peer),
        ),
        variables=(
            choice("track", "Track", f"label_values({counted_here}, track)"),
            choice("pod", "Pod", f"label_values({counted_here}, pod)"),
        ),
        alerts=pods_of(peer),
    )


def _requests(pods: str, counted: Indicator) -> Section:
    every = total(rate(counted.total, pods), "track")
    failed = total(rate(counted.total, pods, counted.failed), "track")
    return Section(
        title="Requests",
        needs=(counted.total,),
        panels=(
            graph("Requests", "reqps", {"{{track}}": every}, stacked=True),
            graph(
                "Failed",
                "percentunit",
                {"{{track}}": f"({failed} or 0 * {every}) / {every}"},
                description=f"Those that count as failed: {counted.failed}.",
            ),
            graph(
                "Requests by pod",
                "reqps",
                {"{{pod}}": total(rate(counted.total, pods), "pod")},
                description="Lines far apart tell of a load balancer that prefers some.",
            ),
        ),
    )


def _durations(pods: str, histogram: str) -> Section:
    return Section(
        title="Durations",
        needs=(histogram,),
        panels=(
            graph(
                "Answered within",
                "s",
                {
                    f"{share * 100:g} %": quantile(share, histogram, pods)
                    for share in (0.5, 0.95, 0.99)
                },
            ),
            graph(
                "99 % within, by pod",
                "s",
                {"{{pod}}": quantile(0.99, histogram, pods, by=("pod",))},
            ),
        ),
    )


def _connections(pods: str) -> Section:
    each = series("websocket_connections", pods)
    return Section(
        title="Connections",
        needs=("websocket_connections",),
        panels=(
            number("Open", "short", total(each)),
            number(
                "Fullest pod",
                "none",
                f"{highest(each)} / avg({each})",
                levels=worse_above(1.5, 2),
                description="How many times the average it holds; after a rollout it evens out.",
            ),
            graph("Open by pod", "short", {"{{pod}}": total(each, "pod")}, stacked=True),
        ),
    )


def _node(pods: str) -> Section:
    lag, used, limit = (
        "nodejs_eventloop_lag_p99_seconds",
        "nodejs_heap_size_used_bytes",
        "nodejs_heap_size_total_bytes",
    )
    return Section(
        title="Node.js",
        needs=(lag, used, limit),
        panels=(
            graph(
                "Event loop, 99 % wait at most",
                "s",
                {"{{pod}}": highest(series(lag, pods), "pod")},
                limit=0.1,
            ),
            graph(
                "Heap in use",
                "percentunit",
                {"{{pod}}": f"{series(used, pods)} / {series(limit, pods)}"},
            ),
        ),
    )


def _process(pods: str) -> Section:
    resident, opened, most = (
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
    )
    return Section(
        title="Process",
        needs=(resident, opened, most),
        panels=(
            graph("Memory", "bytes", {"{{pod}}": total(series(resident, pods), "pod")}),
            graph(
                "Open files",
                "percentunit",
                {"{{pod}}": f"{series(opened, pods)} / {series(most, pods)}"},
                limit=0.8,
            ),
        ),
    )
