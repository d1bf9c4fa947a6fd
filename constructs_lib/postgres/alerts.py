"""What is wrong with a cluster when somebody must be told."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.network import Peer
from constructs_lib.facts.signals import AlertRule, Severity
from constructs_lib.names import Identity


def alerts(cluster: Identity, *, members: int, poolers: Sequence[Peer]) -> tuple[AlertRule, ...]:
    """Return the alerts of a cluster, of its standbys if it has any, and of its poolers."""
    of_cluster = f'namespace="{cluster.namespace}",app="{cluster.name}"'
    pooled = "|".join(pooler.name for pooler in poolers)
    of_poolers = f'namespace="{cluster.namespace}",app=~"{pooled}"'
    primary = f"on (namespace, pod) pg_replication_is_replica{{{of_cluster}}} == 0"
    return (
        AlertRule(
            name="PatroniHasNoLeader",
            # Also where no member is there to tell.
            expression=f"absent(patroni_primary{{{of_cluster}}} == 1)",
            for_seconds=60,
            severity=Severity.PAGE,
            summary="No member takes writes.",
            runbook="postgres-primary",
        ),
        *(_of_standbys(of_cluster) if members > 1 else ()),
        AlertRule(
            name="PatroniDcsUnreachable",
            expression=f"time() - patroni_dcs_last_seen{{{of_cluster}}} > 60",
            for_seconds=60,
            severity=Severity.PAGE,
            summary="A member cannot reach the API server, which holds the lock of the primary.",
            runbook="postgres-primary",
        ),
        AlertRule(
            name="PatroniIsPaused",
            expression=f"max(patroni_is_paused{{{of_cluster}}}) == 1",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="Automatic failover has been off for an hour.",
            runbook="postgres-primary",
        ),
        AlertRule(
            name="PatroniPendingRestart",
            expression=f"max by (namespace, pod) (patroni_pending_restart{{{of_cluster}}}) == 1",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="A member has waited for a restart for an hour: a parameter is not in force.",
            runbook="postgres-restart",
        ),
        AlertRule(
            name="PostgresWalArchivingFailing",
            expression=f"increase(pg_stat_archiver_failed_count{{{of_cluster}}}[15m]) > 0 and "
            f"{primary}",
            for_seconds=300,
            severity=Severity.PAGE,
            summary="The write-ahead log does not reach the repository, and fills its volume.",
            runbook="postgres-archiving",
        ),
        AlertRule(
            name="PostgresqlTooManyConnections",
            expression=f"sum by (namespace, pod) (pg_stat_activity_count{{{of_cluster}}}) > "
            f"on (namespace, pod) 0.8 * pg_settings_max_connections{{{of_cluster}}}",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="Four of five connections of a member are taken.",
            runbook="postgres-connections",
        ),
        AlertRule(
            name="PgbouncerClientsWaitingForConnection",
            expression=f"max(pgbouncer_pools_client_waiting_connections{{{of_poolers}}}) > 0",
            for_seconds=120,
            severity=Severity.TICKET,
            summary="Clients wait for a connection of the pooler.",
            runbook="postgres-connections",
        ),
        AlertRule(
            name="HaproxyHasNoAliveBackends",
            expression=f'min(haproxy_backend_active_servers{{{of_poolers},proxy="primary"}}) < 1',
            for_seconds=60,
            severity=Severity.PAGE,
            summary="A pooler finds no primary to lead to.",
            runbook="postgres-primary",
        ),
        AlertRule(
            name="PostgresLongRunningTransaction",
            expression="time() - pg_long_running_transactions_oldest_timestamp_seconds"
            f"{{{of_cluster}}} > 1800 and pg_long_running_transactions_oldest_timestamp_seconds"
            f"{{{of_cluster}}} > 0",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="A transaction has been open for half an hour and holds vacuum back.",
            runbook="postgres-transactions",
        ),
        AlertRule(
            name="PostgresTransactionIdWraparound",
            expression="max(pg_database_wraparound_age_datfrozenxid_seconds"
            f"{{{of_cluster}}}) > 5e8",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="Vacuum does not keep up: the oldest transaction is 500 million behind.",
            runbook="postgres-transactions",
        ),
    )


def _of_standbys(of_cluster: str) -> tuple[AlertRule, ...]:
    return (
        AlertRule(
            name="PostgresqlSplitBrain",
            expression=f"sum(patroni_primary{{{of_cluster}}}) > 1",
            for_seconds=30,
            severity=Severity.PAGE,
            summary="More than one member takes itself for the primary.",
            runbook="postgres-primary",
        ),
        AlertRule(
            name="PostgresNoSynchronousStandby",
            expression=f"sum(patroni_sync_standby{{{of_cluster}}}) + "
            f"sum(patroni_quorum_standby{{{of_cluster}}}) == 0",
            for_seconds=120,
            severity=Severity.PAGE,
            summary="No standby holds the last commits: a failover now would lose them.",
            runbook="postgres-replication",
        ),
        AlertRule(
            name="PostgresReplicationStopped",
            expression=f"patroni_replica{{{of_cluster}}} == 1 and on (namespace, pod) "
            f"patroni_postgres_streaming{{{of_cluster}}} == 0",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="A standby does not follow the primary.",
            runbook="postgres-replication",
        ),
        AlertRule(
            name="PostgresqlReplicationLag",
            expression=f"pg_replication_lag_seconds{{{of_cluster}}} > 60 and on (namespace, pod) "
            f"pg_replication_is_replica{{{of_cluster}}} == 1",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="A standby is more than a minute behind.",
            runbook="postgres-replication",
        ),
    )
