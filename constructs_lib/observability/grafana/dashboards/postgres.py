"""A PostgreSQL cluster: who leads, who follows how closely, and what it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import (
    highest,
    increase,
    pods_of,
    series,
    total,
)
from constructs_lib.facts.published import Facts
from constructs_lib.observability.exposed import exposing
from constructs_lib.observability.grafana.board import Board, Section
from constructs_lib.observability.grafana.dashboards import postgres_load, postgres_poolers
from constructs_lib.observability.grafana.folders import DashboardFolder
from constructs_lib.observability.grafana.levels import worse_above, worse_below
from constructs_lib.observability.grafana.panels import graph, number
from constructs_lib.observability.uids import uid


def postgres(facts: Facts) -> Iterator[Board]:
    """Yield the dashboard of a cluster, if this is one."""
    for members in exposing(facts, "pg_up"):
        yield _cluster(pods_of(members), members, exposing(facts, "pgbouncer_up"))


def _cluster(pods: str, members: Peer, poolers: list[Peer]) -> Board:
    return Board(
        uid=uid(members.namespace, members.name),
        title=f"{members.name} (PostgreSQL)",
        folder=DashboardFolder.SERVICES,
        description="Who leads, who follows how closely, what is asked, and what is kept.",
        sections=(
            _members(pods),
            _replication(pods),
            _archive(pods),
            postgres_load.connections(pods),
            postgres_load.transactions(pods),
            postgres_load.reads(pods),
            postgres_load.growth(pods),
            *postgres_poolers.sections(poolers),
        ),
        alerts=pods,
    )


def _members(pods: str) -> Section:
    up, primary, unlocked, paused, timeline = (
        "pg_up",
        "patroni_primary",
        "patroni_cluster_unlocked",
        "patroni_is_paused",
        "patroni_postgres_timeline",
    )
    return Section(
        title="Members",
        needs=(up, primary, unlocked, paused, timeline),
        panels=(
            number("Up", "short", total(series(up, pods)), levels=worse_below(2, 3)),
            number(
                "Primaries",
                "short",
                total(series(primary, pods)),
                levels=worse_below(1, 1),
                description="One. While there is none, nothing can be written.",
            ),
            number(
                "Without a leader",
                "short",
                highest(series(unlocked, pods)),
                levels=worse_above(1, 1),
            ),
            number(
                "Paused",
                "short",
                highest(series(paused, pods)),
                levels=worse_above(1, 2),
                description="While it is, nobody takes over from a primary that fails.",
            ),
            graph("Primary", "short", {"{{pod}}": highest(series(primary, pods), "pod")}),
            graph(
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
        needs=(lag, streaming, kept),
        panels=(
            graph("Behind", "s", {"{{pod}}": highest(series(lag, pods), "pod")}, limit=60),
            graph("Streaming", "short", {"{{pod}}": highest(series(streaming, pods), "pod")}),
            graph(
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
        needs=(archived, failed, age, replica),
        panels=(
            number(
                "Last segment archived",
                "s",
                highest(on_primary),
                levels=worse_above(300, 900),
                description="So much would be lost with all members.",
            ),
            number(
                "Failed in an hour",
                "short",
                total(increase(failed, pods, window="1h")),
                levels=worse_above(1, 5),
            ),
            graph("Segments", "short", {"{{pod}}": total(increase(archived, pods), "pod")}),
        ),
    )
