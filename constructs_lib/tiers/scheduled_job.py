"""A job on a schedule."""

from __future__ import annotations

from collections.abc import Mapping

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.published import Facts
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.overdue_jobs import alert_when_overdue
from constructs_lib.pods.schedule import Schedule
from constructs_lib.tiers.connections import NO_UPSTREAMS, Brokers, Caches, Databases
from constructs_lib.tiers.job_pod import job_pod
from constructs_lib.tiers.pod_settings import PodSettings


class ScheduledJob(NamedConstruct):
    """A job on a schedule, such as one that sends reports or removes what is old.

    Creates a ServiceAccount and a CronJob that never runs twice at once. An alert tells when a
    success is overdue, and another when a run has failed.

    Args:
        scope: the chart, or a construct in it.
        id: the name of its objects.
        container: its image, command, resources and environment.
        schedule: when it runs, how long and how often it may try, and what is kept of it.
        database: a database, with its limit of connections; several in a list, none by default.
        broker: optional.
        cache: optional.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        settings: placement, hardening, sidecars and the like of its pods.
        log_format: how its lines are read; as they are by default.

    Attributes:
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        container: Container,
        schedule: Schedule,
        database: Databases | None = None,
        broker: Brokers | None = None,
        cache: Caches | None = None,
        upstreams: Mapping[str, HttpEndpoint] = NO_UPSTREAMS,
        settings: PodSettings = PodSettings(),
        log_format: LogFormat = LogFormat.PLAIN,
    ) -> None:
        super().__init__(scope, id)
        pod, used = job_pod(
            scope,
            id,
            container,
            database=database,
            broker=broker,
            cache=cache,
            upstreams=upstreams,
            at_once=1,
            settings=settings,
            log_format=log_format,
        )
        made = cron_job(self, pod, schedule, name=id)
        self.peer = pod.peer
        overdue = alert_when_overdue(
            pod.identity,
            schedule,
            name="ScheduledJobOverdue",
            summary=f"{id} was due and has not succeeded.",
            runbook="jobs",
        )
        self.facts = made.joined(used, Facts(alerts=(overdue,)))

    @property
    def cron_job(self) -> ApiObject:
        """The CronJob."""
        return self.objects["CronJob"]
