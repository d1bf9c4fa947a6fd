"""A job on a schedule."""

from __future__ import annotations

from dataclasses import replace

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.arguments import takes
from constructs_lib.facts.published import Facts
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.overdue_jobs import alert_when_overdue
from constructs_lib.pods.schedule import Schedule
from constructs_lib.tiers.job_arguments import JobArguments


class ScheduledJobArguments(JobArguments):
    """The arguments of `ScheduledJob`.

    Args:
        schedule: when it runs, how long and how often it may try, and what is kept of it.
    """

    schedule: Schedule


class ScheduledJob(NamedConstruct):
    """A job on a schedule, such as one that sends reports or removes what is old.

    Creates a ServiceAccount and a CronJob that never runs twice at once. An alert tells when a
    success is overdue, and another when a run has failed.

    Args:
        scope: the chart, or a construct in it.
        id: the name of its objects.

    Attributes:
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: values that contradict each other.
    """

    @takes(ScheduledJobArguments)
    def __init__(self, scope: Construct, id: str, given: ScheduledJobArguments) -> None:
        super().__init__(scope, id)
        pod = given.pod(scope, id, at_once=1)
        longest = given.schedule.deadline_seconds + pod.wait_seconds
        schedule = replace(given.schedule, deadline_seconds=longest)
        made = cron_job(self, pod, schedule, name=id)
        self.peer = pod.peer
        overdue = alert_when_overdue(
            pod.identity,
            schedule,
            name="ScheduledJobOverdue",
            summary=f"{id} was due and has not succeeded.",
            runbook="jobs",
        )
        self.facts = made.joined(given.used_by(pod.peer), Facts(alerts=(overdue,)))

    @property
    def cron_job(self) -> ApiObject:
        """The CronJob."""
        return self.objects["CronJob"]
