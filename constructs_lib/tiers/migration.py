"""A migration: a job that changes the schema of a database before the new version serves."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.arguments import takes
from constructs_lib.facts.published import Facts
from constructs_lib.pods.wait import SHELL_LOOP, Wait
from constructs_lib.tiers.job_alerts import failed
from constructs_lib.tiers.one_off_job import JobOfVersion, OneOffJobArguments

# To be scheduled, to pull an image that is new, and to start.
_START_SECONDS = 120


class MigrationArguments(OneOffJobArguments):
    """The arguments of `Migration`.

    Args:
        container: the image of the version, with the command that migrates.
        check: a command of the image that exits with 0 unless a migration of that image is
            pending.
        repeat: the command that runs the check, which follows it, until it succeeds; see `Wait`.
        deadline_seconds: after which it has failed, all attempts together. The rollouts of
            tiers that wait for it have that much more time.
        tries: attempts in all, with pauses of 10, 20, 40 seconds and so on: by default as long as a
            rollout of the database may take, for a first apply begins all at once. One for a
            migration that cannot be begun anew.
    """

    check: Sequence[str]
    repeat: Sequence[str] = SHELL_LOOP
    deadline_seconds: int = 1800


class Migration(JobOfVersion):
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

    Attributes:
        peer: its pod, for the `calls` of others.
        wait: for `Workload.waits_for` of the tiers of that version.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: a number out of range, or values that contradict each other.
    """

    @takes(MigrationArguments)
    def __init__(self, scope: Construct, id: str, given: MigrationArguments) -> None:
        super().__init__(scope, id, given)
        self.wait = Wait(
            name=f"wait-for-{id}",
            check=given.check,
            repeat=given.repeat,
            seconds=given.deadline_seconds + _START_SECONDS,
        )
        stays_back = failed(
            self.peer.namespace,
            self.job.name,
            name="MigrationFailed",
            summary=f"{id} failed: the version before serves on, and the new one waits.",
        )
        self.facts = self.facts.joined(Facts(alerts=(stays_back,)))
