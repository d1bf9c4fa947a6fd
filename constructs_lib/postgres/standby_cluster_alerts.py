"""The alerts of a standby cluster, which has no primary."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.promql import series
from constructs_lib.labels import Identity

# What is said of a primary, and of standbys that are a moment behind it.
_OF_PRIMARY = {
    "HaproxyHasNoAliveBackends",
    "PatroniHasNoLeader",
    "PostgresqlNoSynchronousStandby",
    "PostgresqlReplicationLag",
}


def standby_cluster_alerts(cluster: Identity, usual: Iterable[AlertRule]) -> list[AlertRule]:
    """Return those of the usual alerts that suit it, and its own.

    Args:
        cluster: that follows another one.
        usual: of a cluster that takes writes.
    """
    of_cluster = f'namespace="{cluster.namespace}",app="{cluster.name}"'
    lag = series("pg_replication_lag_seconds", of_cluster)
    return [
        *(rule for rule in usual if rule.name not in _OF_PRIMARY),
        AlertRule(
            name="PatroniHasNoStandbyLeader",
            expression=f"absent({series('patroni_standby_leader', of_cluster)} == 1)",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="No member follows the other cluster.",
            runbook="postgres-standby-cluster",
        ),
        AlertRule(
            name="PostgresqlStandbyClusterBehind",
            # By the last commit that came: nothing else tells how old the other cluster's data are.
            expression=f"{lag} > 900",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="The newest commit here is a quarter of an hour old.",
            runbook="postgres-standby-cluster",
        ),
    ]
