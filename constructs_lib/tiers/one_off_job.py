"""A job that runs once, and again when anything of it changes."""

from __future__ import annotations

from collections.abc import Mapping

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.published import Facts
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.container import Container
from constructs_lib.pods.job import job
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.tiers.connections import NO_UPSTREAMS, Brokers, Caches, Databases
from constructs_lib.tiers.job_alerts import too_many
from constructs_lib.tiers.job_pod import job_pod
from constructs_lib.tiers.pod_settings import PodSettings


class OneOffJob(NamedConstruct):
    """A job that runs once for each version of it, such as one that fills a search index.

    Creates a ServiceAccount and a Job, whose name ends in a digest of what it runs: an apply
    runs each version once, and a change of image, command or variables is another Job. They stay,
    with their log, until somebody deletes them; an alert tells when they are many.

    Args:
        scope: the chart, or a construct in it.
        id: the name of its objects, and what that of the Job begins with.
        container: its image, command, resources and environment.
        database: a database, with its limit of connections; several in a list, none by default.
        broker: optional.
        cache: optional.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        deadline_seconds: after which it has failed, all attempts together.
        tries: attempts in all, with pauses of 10, 20, 40 seconds and so on. A run that a drain or a
            preemption ends is none, unless there is a single one.
        kept: how many of those before it the quota has room for.
        settings: placement, hardening, sidecars and the like of its pod.
        log_format: how its lines are read; as they are by default.

    Attributes:
        peer: its pod, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: a number out of range, or values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        container: Container,
        database: Databases | None = None,
        broker: Brokers | None = None,
        cache: Caches | None = None,
        upstreams: Mapping[str, HttpEndpoint] = NO_UPSTREAMS,
        deadline_seconds: int = 3600,
        tries: int = 6,
        kept: int = 20,
        settings: PodSettings = PodSettings(),
        log_format: LogFormat = LogFormat.PLAIN,
    ) -> None:
        super().__init__(scope, id)
        kind = type(self).__name__
        check_seconds(f"{kind}.deadline_seconds", deadline_seconds)
        check_range(f"{kind}.tries", tries, 1, 10)
        check_range(f"{kind}.kept", kept, 1, 1000)
        pod, used = job_pod(
            scope,
            id,
            container,
            database=database,
            broker=broker,
            cache=cache,
            upstreams=upstreams,
            # One that a later version replaces may still run.
            at_once=2,
            settings=settings,
            log_format=log_format,
        )
        made = job(self, pod, deadline_seconds=deadline_seconds, tries=tries, kept=kept)
        self.peer = pod.peer
        self.facts = made.joined(used, Facts(alerts=(too_many(pod.identity, kept=kept),)))

    @property
    def job(self) -> ApiObject:
        """The Job."""
        return self.objects["Job"]
