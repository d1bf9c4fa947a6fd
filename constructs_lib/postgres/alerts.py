"""The alerts of a PostgreSQL cluster."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import highest, increase, series, total
from constructs_lib.labels import Identity

_HERE = "on (namespace, pod)"


def alerts(cluster: Identity, *, members: int, poolers: Sequence[Peer]) -> tuple[AlertRule, ...]:
    """Return the alerts on the primary, on standbys if there are any, and on poolers."""
    namespace = f'namespace="{cluster.namespace}"'
    of_cluster = f'{namespace},app="{cluster.name}"'
    of_poolers = f'{namespace},app=~"{"|".join(pooler.name for pooler in poolers)}"'
    return (
        *_of_patroni(of_cluster),
        *(_of_standbys(of_cluster) if members > 1 else ()),
        *_of_archive(of_cluster),
        *_of_postgresql(of_cluster),
        *_of_poolers(of_poolers),
    )


def _of_patroni(cluster: str) -> tuple[AlertRule, ...]:
    pending = highest(series("patroni_pending_restart", cluster), "namespace", "pod")
    return (
        AlertRule(
            name="PatroniHasNoLeader",
            # Also where no member is there to tell.
            expression=f"absent({series('patroni_primary', cluster)} == 1)",
            for_seconds=60,
            severity=Severity.PAGE,
            summary="No member takes writes.",
            runbook="postgres-primary",
        ),
        AlertRule(
            name="PatroniDcsUnreachable",
            expression=f"time() - {series('patroni_dcs_last_seen', cluster)} > 60",
            for_seconds=60,
            severity=Severity.PAGE,
            summary="A member cannot reach the API server, which holds the lock of the primary.",
            runbook="postgres-primary",
        ),
        AlertRule(
            name="PatroniPaused",
            expression=f"{highest(series('patroni_is_paused', cluster))} == 1",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="Automatic failover has been off for an hour.",
            runbook="postgres-primary",
        ),
        AlertRule(
            name="PatroniPendingRestart",
            expression=f"{pending} == 1",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="A member has waited for a restart for an hour: a parameter is not in force.",
            runbook="postgres-restart",
        ),
    )


def _of_standbys(cluster: str) -> tuple[AlertRule, ...]:
    synchronous, quorum, streaming, lag = (
        series(metric, cluster)
        for metric in (
            "patroni_sync_standby",
            "patroni_quorum_standby",
            "patroni_postgres_streaming",
            "pg_replication_lag_seconds",
        )
    )
    return (
        AlertRule(
            name="PostgresqlSplitBrain",
            expression=f"{total(series('patroni_primary', cluster))} > 1",
            for_seconds=30,
            severity=Severity.PAGE,
            summary="More than one member takes itself for the primary.",
            runbook="postgres-primary",
        ),
        AlertRule(
            name="PostgresqlNoSynchronousStandby",
            expression=f"{total(synchronous)} + {total(quorum)} == 0",
            for_seconds=120,
            severity=Severity.PAGE,
            summary="No standby holds the last commits: a failover now would lose them.",
            runbook="postgres-replication",
        ),
        AlertRule(
            name="PostgresqlReplicationStopped",
            expression=f"{series('patroni_replica', cluster)} == 1 and {_HERE} {streaming} == 0",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="A standby does not follow the primary.",
            runbook="postgres-replication",
        ),
        AlertRule(
            name="PostgresqlReplicationLag",
            expression=f"{lag} > 60 and {_HERE} "
            f"{series('pg_replication_is_replica', cluster)} == 1",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="A standby is more than a minute behind.",
            runbook="postgres-replication",
        ),
    )


def _of_archive(cluster: str) -> tuple[AlertRule, ...]:
    primary = f"{_HERE} {series('pg_replication_is_replica', cluster)} == 0"
    failed = increase("pg_stat_archiver_failed_count", cluster, window="15m")
    archived = series("pg_stat_archiver_last_archive_age", cluster)
    written = " + ".join(
        total(increase(f"pg_stat_database_tup_{done}", cluster, window="5m"), "namespace", "pod")
        for done in ("inserted", "updated", "deleted")
    )
    return (
        AlertRule(
            name="PostgresqlWalArchivingFailing",
            expression=f"{failed} > 0 and {primary}",
            for_seconds=300,
            severity=Severity.PAGE,
            summary="The write-ahead log does not reach the repository, and fills its volume.",
            runbook="postgres-archiving",
        ),
        AlertRule(
            name="PostgresqlRecoveryPointTooOld",
            # Where nothing is written, nothing needs to be archived.
            expression=f"{archived} > 300 and {_HERE} {written} > 0 and {primary}",
            for_seconds=300,
            severity=Severity.PAGE,
            summary="Commits of ten minutes are in no repository: with the members they are lost.",
            runbook="postgres-archiving",
        ),
    )


def _of_postgresql(cluster: str) -> tuple[AlertRule, ...]:
    taken = total(series("pg_stat_activity_count", cluster), "namespace", "pod")
    most = series("pg_settings_max_connections", cluster)
    oldest = series("pg_long_running_transactions_oldest_timestamp_seconds", cluster)
    behind = highest(series("pg_database_wraparound_age_datfrozenxid_seconds", cluster))
    return (
        AlertRule(
            name="PostgresqlTooManyConnections",
            expression=f"{taken} > {_HERE} 0.8 * {most}",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="Four of five connections of a member are taken.",
            runbook="postgres-connections",
        ),
        AlertRule(
            name="PostgresqlLongRunningTransaction",
            expression=f"time() - {oldest} > 1800 and {oldest} > 0",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="A transaction has been open for half an hour and holds vacuum back.",
            runbook="postgres-transactions",
        ),
        AlertRule(
            name="PostgresqlTransactionIdWraparound",
            expression=f"{behind} > 5e8",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="Vacuum does not keep up: the oldest transaction is 500 million behind.",
            runbook="postgres-transactions",
        ),
    )


def _of_poolers(poolers: str) -> tuple[AlertRule, ...]:
    waiting = series("pgbouncer_pools_client_waiting_connections", poolers)
    primaries = series("haproxy_backend_active_servers", poolers, 'proxy="primary"')
    return (
        AlertRule(
            name="PgbouncerClientsWaitingForConnection",
            expression=f"{highest(waiting)} > 0",
            for_seconds=120,
            severity=Severity.TICKET,
            summary="Clients wait for a connection of the pooler.",
            runbook="postgres-connections",
        ),
        AlertRule(
            name="HaproxyHasNoAliveBackends",
            expression=f"min({primaries}) < 1",
            for_seconds=60,
            severity=Severity.PAGE,
            summary="A pooler finds no primary to lead to.",
            runbook="postgres-primary",
        ),
    )
