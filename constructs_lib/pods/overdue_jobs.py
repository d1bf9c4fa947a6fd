"""Alerts on CronJobs without a success in time."""

from __future__ import annotations

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.labels import Identity
from constructs_lib.pods.schedule import UTC, Schedule, longest_pause


def time_for(*schedules: Schedule) -> int:
    """Return the most seconds from one success to the next."""
    # Clocks that are put back make a day an hour longer.
    shift = 0 if all(each.time_zone == UTC for each in schedules) else 3600
    return longest_pause(*schedules) + max(each.deadline_seconds for each in schedules) + shift


def no_success_for(seconds: int, *, namespace: str, jobs: str) -> str:
    """Return the PromQL that is true while no job has succeeded for that long.

    Args:
        seconds: how long.
        namespace: of the jobs.
        jobs: the regular expression of the names of their CronJobs.
    """
    these = f'namespace="{namespace}",cronjob=~"{jobs}"'
    # One that never succeeded has no time of it, but that of its making.
    last = f"kube_cronjob_status_last_successful_time{{{these}}} or kube_cronjob_created{{{these}}}"
    return f"time() - max({last}) > {seconds}"


def alert_when_overdue(
    identity: Identity, schedule: Schedule, *, name: str, summary: str, runbook: str
) -> AlertRule:
    """Return the alert on a job that is overdue.

    Args:
        identity: of the job.
        schedule: of the job.
        name: of the alert.
        summary: of the alert.
        runbook: the name of its page.
    """
    return AlertRule(
        name=name,
        expression=no_success_for(
            time_for(schedule), namespace=identity.namespace, jobs=identity.name
        ),
        for_seconds=600,
        severity=Severity.TICKET,
        summary=summary,
        runbook=runbook,
    )
