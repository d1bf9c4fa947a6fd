"""Alerts on overdue backups and restore drills."""

from __future__ import annotations

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.labels import Identity
from constructs_lib.pods.overdue_jobs import no_success_for, time_for
from constructs_lib.pods.schedule import longest_pause
from constructs_lib.postgres.backup import BackupPlan


def backup_alerts(cluster: Identity, backup: BackupPlan) -> tuple[AlertRule, ...]:
    """Return the alerts on an overdue backup, and on two overdue drills.

    Args:
        cluster: that is backed up.
        backup: with the schedules.
    """
    both = (backup.full, backup.differential)
    any_is_old = _age(cluster, "backup-.*", time_for(*both))
    full_is_old = _age(cluster, "backup-full", time_for(backup.full))
    # One drill that fails is told as a failed job.
    two_drills = longest_pause(backup.drill) + time_for(backup.drill)
    return (
        AlertRule(
            name="PostgresqlBackupTooOld",
            expression=f"{any_is_old} or {full_is_old}",
            for_seconds=600,
            severity=Severity.TICKET,
            summary="A backup was due and has not succeeded.",
            runbook="postgres-backup",
        ),
        AlertRule(
            name="PostgresqlRestoreNotProven",
            expression=_age(cluster, "restore-drill", two_drills),
            for_seconds=600,
            severity=Severity.TICKET,
            summary="Two drills were due and no backup has been restored.",
            runbook="postgres-backup",
        ),
    )


def _age(cluster: Identity, job: str, seconds: int) -> str:
    return no_success_for(seconds, namespace=cluster.namespace, jobs=f"{cluster.name}-{job}")
