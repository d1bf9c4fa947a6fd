"""A migration: a job that changes the schema of a database before the new version serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.published import Facts
from constructs_lib.pods.container import Container
from constructs_lib.pods.wait import SHELL_LOOP, Wait
from constructs_lib.tiers.connections import NO_UPSTREAMS, Brokers, Caches, Databases
from constructs_lib.tiers.job_alerts import failed
from constructs_lib.tiers.one_off_job import OneOffJob
from constructs_lib.tiers.pod_settings import PodSettings

# To be scheduled, to pull an image that is new, and to start.
_START_SECONDS = 120


class Migration(OneOffJob):
    """A job that changes the schema of a database before the new version serves.

    Creates a ServiceAccount and a Job, whose name ends in a digest of what it runs: an apply runs
    each version once. The pods of the version wait for it, if their tier does::

        migration = Migration(chart, "migration", container=…, check=["bin/up-to-date"])
        ApiTier(chart, "api", container=…, workload=Workload(waits_for=[migration.wait]))

    All objects can be applied at once: the old pods serve on until the new ones are ready, and so
    they do if the migration fails. The check asks the database from each new pod whether
    migrations of its own image are missing. It must not fail on a newer schema, or no pod of the
    version before could restart, scale or be rolled back to.

    Args:
        scope: the chart, or a construct in it.
        id: the name of its objects, and what that of the Job begins with.
        container: the image of the version, with the command that migrates.
        check: a command of the image that exits with 0 unless a migration of that image is
            pending.
        repeat: the command that runs the check, which follows it, until it succeeds; see `Wait`.
        database: a database, with its limit of connections; several in a list, none by default.
        broker: optional.
        cache: optional.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        deadline_seconds: after which it has failed, all attempts together. The rollouts of
            tiers that wait for it have that much more time.
        tries: attempts in all, with pauses of 10, 20, 40 seconds and so on; one for a
            migration that cannot be begun anew.
        kept: how many of those before it the quota has room for.
        settings: placement, hardening, sidecars and the like of its pod.
        log_format: how its lines are read; as they are by default.

    Attributes:
        peer: its pod, for the `calls` of others.
        wait: for `Workload.waits_for` of the tiers of that version.
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
        check: Sequence[str],
        repeat: Sequence[str] = SHELL_LOOP,
        database: Databases | None = None,
        broker: Brokers | None = None,
        cache: Caches | None = None,
        upstreams: Mapping[str, HttpEndpoint] = NO_UPSTREAMS,
        deadline_seconds: int = 1800,
        tries: int = 6,
        kept: int = 20,
        settings: PodSettings = PodSettings(),
        log_format: LogFormat = LogFormat.PLAIN,
    ) -> None:
        super().__init__(
            scope,
            id,
            container=container,
            database=database,
            broker=broker,
            cache=cache,
            upstreams=upstreams,
            deadline_seconds=deadline_seconds,
            tries=tries,
            kept=kept,
            settings=settings,
            log_format=log_format,
        )
        self.wait = Wait(
            name=f"wait-for-{id}",
            check=check,
            repeat=repeat,
            seconds=deadline_seconds + _START_SECONDS,
        )
        stays_back = failed(
            self.peer.namespace,
            self.job.name,
            name="MigrationFailed",
            summary=f"{id} failed: the version before serves on, and the new one waits.",
        )
        self.facts = self.facts.joined(Facts(alerts=(stays_back,)))
