"""Alerts on jobs that run once, of which each change makes another."""

from __future__ import annotations

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.labels import Identity


def failed(namespace: str, job: str, *, name: str, summary: str) -> AlertRule:
    """Return the alert on the failure of one job; those before it tell nothing any more.

    Args:
        namespace: of the Job.
        job: the name of the Job.
        name: of the alert.
        summary: of the alert.
    """
    this = f'namespace="{namespace}",job_name="{job}"'
    return AlertRule(
        name=name,
        expression=f'kube_job_failed{{{this},condition="true"}} > 0',
        for_seconds=0,
        severity=Severity.TICKET,
        summary=summary,
        runbook="migrations",
    )


def too_many(identity: Identity, *, kept: int) -> AlertRule:
    """Return the alert on more old jobs than there is room for.

    Args:
        identity: of the construct.
        kept: how many there is room for.
    """
    these = f'namespace="{identity.namespace}",job_name=~"{identity.name}-[0-9a-f]{{8}}"'
    return AlertRule(
        name="OldJobsPileUp",
        expression=f"count by (namespace) (kube_job_info{{{these}}}) > {kept}",
        for_seconds=600,
        severity=Severity.TICKET,
        summary=f"{{{{ $value }}}} Jobs of {identity.name} are there; the quota will refuse the "
        "next one.",
        runbook="jobs",
    )
