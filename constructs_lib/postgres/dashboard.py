"""The dashboard of a PostgreSQL cluster: primary, replication lag, connections and load."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.dashboards import (
    Dashboard,
    DashboardFolder,
    Section,
    Stat,
    TimeSeries,
    all_there,
    worse_above,
    worse_below,
)
from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import (
    highest,
    increase,
    pods_of,
    series,
    total,
)
from constructs_lib.names import short_name
from constructs_lib.postgres import dashboard_load


def dashboard(members: Peer, *, count: int, poolers: Sequence[Peer]) -> Dashboard:
    """Return the dashboard of a cluster.

    Args:
        members: of the cluster.
        count: of members.
        poolers: of the cluster.
    """
    pods = pods_of(members)
    return Dashboard(
        uid=short_name(members.namespace, members.name),
        title=f"{members.name} (PostgreSQL)",
        folder=DashboardFolder.SERVICES,
        description="Who leads, who follows how closely, what is asked, and what is kept.",
        sections=(
            _members(pods, count),
            _replication(pods),
            _archive(pods),
            dashboard_load.connections(pods),
            dashboard_load.transactions(pods),
            dashboard_load.statements(pods),
            dashboard_load.reads(pods),
            dashboard_load.growth(pods),
            *(_pooler(pooler) for pooler in poolers),
        ),
        alerts=pods,
    )


def _members(pods: str, count: int) -> Section:
    up, primary, unlocked, paused, timeline = (
        "pg_up",
        "patroni_primary",
        "patroni_cluster_unlocked",
        "patroni_is_paused",
        "patroni_postgres_timeline",
    )
    return Section(
        title="Members",
        panels=(
            Stat("Up", "short", total(series(up, pods)), thresholds=all_there(count)),
            Stat(
                "Primaries",
                "short",
                total(series(primary, pods)),
                thresholds=worse_below(1, 1),
                description="One. While there is none, nothing can be written.",
            ),
            Stat(
                "Without a leader",
                "short",
                highest(series(unlocked, pods)),
                thresholds=worse_above(1, 1),
            ),
            Stat(
                "Paused",
                "short",
                highest(series(paused, pods)),
                thresholds=worse_above(1, 2),
                description="While it is, nobody takes over from a primary that fails.",
            ),
            TimeSeries("Primary", "short", {"{{pod}}": highest(series(primary, pods), "pod")}),
            TimeSeries(
                "Timeline",
                "short",
                {"{{pod}}": highest(series(timeline, pods), "pod")},
                description="Each failover begins a new one, which all members follow.",
            ),
        ),
    )


def _replication(pods: str) -> Section:
    lag, streaming, kept = (
        "pg_replication_lag_seconds",
        "patroni_postgres_streaming",
        "pg_wal_size_bytes",
    )
    return Section(
        title="Replication",
        panels=(
            TimeSeries("Behind", "s", {"{{pod}}": highest(series(lag, pods), "pod")}, limit=60),
            TimeSeries("Streaming", "short", {"{{pod}}": highest(series(streaming, pods), "pod")}),
            TimeSeries(
                "WAL kept",
                "bytes",
                {"{{pod}}": highest(series(kept, pods), "pod")},
                description="It grows while somebody does not fetch it, until the volume is full.",
            ),
        ),
    )


def _archive(pods: str) -> Section:
    archived, failed, age, replica = (
        "pg_stat_archiver_archived_count",
        "pg_stat_archiver_failed_count",
        "pg_stat_archiver_last_archive_age",
        "pg_replication_is_replica",
    )
    # A replica tells when it last archived as a primary.
    on_primary = f"{series(age, pods)} and on (pod) {series(replica, pods)} == 0"
    return Section(
        title="Archive",
        panels=(
            Stat(
                "Last segment archived",
                "s",
                highest(on_primary),
                thresholds=worse_above(300, 900),
                description="So much would be lost with all members.",
            ),
            Stat(
                "Failed in an hour",
                "short",
                total(increase(failed, pods, window="1h")),
                thresholds=worse_above(1, 5),
            ),
            TimeSeries("Segments", "short", {"{{pod}}": total(increase(archived, pods), "pod")}),
        ),
    )


def _pooler(pooler: Peer) -> Section:
    pods = pods_of(pooler)
    waiting, active, opened, servers = (
        "pgbouncer_pools_client_waiting_connections",
        "pgbouncer_pools_client_active_connections",
        "pgbouncer_pools_server_active_connections",
        "haproxy_backend_active_servers",
    )
    return Section(
        title=f"Pooler {pooler.name}",
        panels=(
            TimeSeries(
                "Waiting clients",
                "short",
                {"{{pod}}": total(series(waiting, pods), "pod")},
                description="More than none for long: the pool is too small, or queries too slow.",
            ),
            TimeSeries("Active clients", "short", {"{{pod}}": total(series(active, pods), "pod")}),
            TimeSeries(
                "Connections to the database",
                "short",
                {"{{pod}}": total(series(opened, pods), "pod")},
            ),
            TimeSeries(
                "Members that it leads to",
                "short",
                {"{{pod}} {{proxy}}": highest(series(servers, pods), "pod", "proxy")},
            ),
        ),
    )
