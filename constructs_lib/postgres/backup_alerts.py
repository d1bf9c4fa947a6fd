"""When backups, or the proof that they can be restored, are overdue."""

from __future__ import annotations

from constructs_lib.facts.signals import AlertRule, Severity
from constructs_lib.names import Identity
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.servers.schedule import Schedule, longest_pause


def backup_alerts(cluster: Identity, backup: BackupPlan) -> tuple[AlertRule, ...]:
    """Return the alerts on a backup that was due and is not there, and on two drills.

    Args:
        cluster: that is backed up.
        backup: when.
    """
    both = (backup.full, backup.differential)
    any_is_old = _age(cluster, "backup-.*", _time_for(*both))
    full_is_old = _age(cluster, "backup-full", _time_for(backup.full))
    # One drill that fails is told as a failed job.
    two_drills = longest_pause(backup.drill) + _time_for(backup.drill)
    return (
        AlertRule(
            name="PostgresBackupIsOld",
            expression=f"{any_is_old} or {full_is_old}",
            for_seconds=600,
            severity=Severity.TICKET,
            summary="A backup was due and has not succeeded.",
            runbook="postgres-backup",
        ),
        AlertRule(
            name="PostgresRestoreIsNotProven",
            expression=_age(cluster, "restore-drill", two_drills),
            for_seconds=600,
            severity=Severity.TICKET,
            summary="Two drills were due and no backup has been restored.",
            runbook="postgres-backup",
        ),
    )


def _time_for(*schedules: Schedule) -> int:
    """Return how long after a success, at most, the next one is there."""
    return longest_pause(*schedules) + max(each.deadline_seconds for each in schedules)


def _age(cluster: Identity, job: str, seconds: int) -> str:
    jobs = f'namespace="{cluster.namespace}",cronjob=~"{cluster.name}-{job}"'
    # One that never succeeded has no time of it, but that of its making.
    last = f"kube_cronjob_status_last_successful_time{{{jobs}}} or kube_cronjob_created{{{jobs}}}"
    return f"time() - max({last}) > {seconds}"
