"""The dashboard of a tier: requests, connections, runtime and pods."""

from __future__ import annotations

from constructs_lib.facts.dashboards import (
    Choice,
    Dashboard,
    DashboardFolder,
    Section,
    Stat,
    TimeSeries,
    worse_above,
)
from constructs_lib.facts.network import Peer
from constructs_lib.facts.pod_sections import pods_section, process_section
from constructs_lib.facts.promql import (
    highest,
    pods_of,
    quantile,
    rate,
    series,
    total,
)
from constructs_lib.facts.signals import DurationUnit, Indicator
from constructs_lib.labels import COMPONENT
from constructs_lib.names import short_name

_CHOSEN = 'track=~"$track",pod=~"$pod"'


def tier_dashboard(peer: Peer, counted: Indicator) -> Dashboard:
    """Return the dashboard of a tier, or of any other construct with an indicator.

    Args:
        peer: its pods.
        counted: its indicator.
    """
    pods = f"{pods_of(peer)},{_CHOSEN}"
    counted_here = series(counted.total, pods_of(peer))
    return Dashboard(
        uid=short_name(peer.namespace, peer.name),
        title=f"{peer.name} ({peer.selector.get(COMPONENT, 'workload')})",
        folder=DashboardFolder.SERVICES,
        description=f"What {peer.name} is asked, how it answers, and what it takes for that.",
        sections=(
            _requests(pods, counted),
            *([_durations(pods, counted.histogram, counted.unit)] if counted.histogram else []),
            _connections(pods),
            _node(pods),
            process_section(pods),
            pods_section(peer),
        ),
        variables=(
            Choice("track", "Track", f"label_values({counted_here}, track)"),
            Choice("pod", "Pod", f"label_values({counted_here}, pod)"),
        ),
        alerts=pods_of(peer),
    )


def _requests(pods: str, counted: Indicator) -> Section:
    every = total(rate(counted.total, pods), "track")
    failed = total(counted.failures(pods), "track")
    return Section(
        title="Requests",
        panels=(
            TimeSeries("Requests", "reqps", {"{{track}}": every}, stacked=True),
            TimeSeries(
                "Failed",
                "percentunit",
                {"{{track}}": f"({failed} or 0 * {every}) / {every}"},
                description=f"Those that count as failed: {counted.failed}.",
            ),
            TimeSeries(
                "Requests by pod",
                "reqps",
                {"{{pod}}": total(rate(counted.total, pods), "pod")},
                description="Lines far apart tell of a load balancer that prefers some.",
            ),
        ),
    )


def _durations(pods: str, histogram: str, unit: DurationUnit) -> Section:
    return Section(
        title="Durations",
        panels=(
            TimeSeries(
                "Answered within",
                unit,
                {
                    f"{share * 100:g} %": quantile(share, histogram, pods)
                    for share in (0.5, 0.95, 0.99)
                },
            ),
            TimeSeries(
                "99 % within, by pod",
                unit,
                {"{{pod}}": quantile(0.99, histogram, pods, by=("pod",))},
            ),
        ),
    )


def _connections(pods: str) -> Section:
    each = series("websocket_connections", pods)
    return Section(
        title="Connections",
        panels=(
            Stat("Open", "short", total(each)),
            Stat(
                "Fullest pod",
                "none",
                f"{highest(each)} / avg({each})",
                thresholds=worse_above(1.5, 2),
                description="How many times the average it holds; after a rollout it evens out.",
            ),
            TimeSeries("Open by pod", "short", {"{{pod}}": total(each, "pod")}, stacked=True),
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
        panels=(
            TimeSeries(
                "Event loop, 99 % wait at most",
                "s",
                {"{{pod}}": highest(series(lag, pods), "pod")},
                limit=0.1,
            ),
            TimeSeries(
                "Heap in use",
                "percentunit",
                {"{{pod}}": f"{series(used, pods)} / {series(limit, pods)}"},
            ),
        ),
    )
