"""The metrics endpoints of a cluster, with the names of their metrics."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.network import Peer
from constructs_lib.facts.signals import MetricsEndpoint, Scheme
from constructs_lib.postgres.ports import METRICS, PATRONI, POOLER_METRICS, ROUTER_METRICS

_OF_PATRONI = (
    "patroni_cluster_unlocked",
    "patroni_dcs_last_seen",
    "patroni_failsafe_mode_is_active",
    "patroni_is_paused",
    "patroni_pending_restart",
    "patroni_postgres_running",
    "patroni_postgres_streaming",
    "patroni_postgres_timeline",
    "patroni_primary",
    "patroni_quorum_standby",
    "patroni_replica",
    "patroni_standby_leader",
    "patroni_sync_standby",
)
_OF_EXPORTER = (
    "pg_database_size_bytes",
    "pg_database_wraparound_age_datfrozenxid_seconds",
    "pg_locks_count",
    "pg_long_running_transactions_oldest_timestamp_seconds",
    "pg_replication_is_replica",
    "pg_replication_lag_seconds",
    "pg_settings_max_connections",
    "pg_stat_activity_count",
    "pg_stat_archiver_archived_count",
    "pg_stat_archiver_failed_count",
    "pg_stat_archiver_last_archive_age",
    "pg_stat_database_blks_hit",
    "pg_stat_database_blks_read",
    "pg_stat_database_deadlocks",
    "pg_stat_database_tup_deleted",
    "pg_stat_database_tup_inserted",
    "pg_stat_database_tup_updated",
    "pg_stat_database_xact_commit",
    "pg_stat_database_xact_rollback",
    "pg_stat_statements_calls_total",
    "pg_stat_statements_query_id",
    "pg_stat_statements_seconds_total",
    "pg_up",
    "pg_wal_size_bytes",
)
_OF_ROUTER = ("haproxy_backend_active_servers", "haproxy_backend_current_sessions")
_OF_POOLER = (
    "pgbouncer_pools_client_active_connections",
    "pgbouncer_pools_client_waiting_connections",
    "pgbouncer_pools_server_active_connections",
    "pgbouncer_up",
)


def endpoints(members: Peer, poolers: Sequence[Peer]) -> tuple[MetricsEndpoint, ...]:
    """Return the endpoints of the members and of the poolers."""
    return (
        _endpoint(members, PATRONI.name, _OF_PATRONI, Scheme.HTTPS),
        _endpoint(members, METRICS.name, _OF_EXPORTER),
        *(_endpoint(pooler, ROUTER_METRICS.name, _OF_ROUTER) for pooler in poolers),
        *(_endpoint(pooler, POOLER_METRICS.name, _OF_POOLER) for pooler in poolers),
    )


def _endpoint(
    peer: Peer, port: str, names: tuple[str, ...], scheme: Scheme = Scheme.HTTP
) -> MetricsEndpoint:
    return MetricsEndpoint(peer=peer, port=port, path="/metrics", names=names, scheme=scheme)
