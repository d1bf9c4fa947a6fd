"""A job that runs once, and again when anything of it changes."""

from __future__ import annotations

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.arguments import takes
from constructs_lib.facts.published import Facts
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.job import job
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.tiers.job_alerts import too_many
from constructs_lib.tiers.job_arguments import JobArguments


class OneOffJobArguments(JobArguments):
    """The arguments of `OneOffJob`.

    Args:
        deadline_seconds: after which it has failed, all attempts together.
        tries: attempts in all, with pauses of 10, 20, 40 seconds and so on: by default as long as a
            rollout of what it calls may take, for a first apply begins all at once. A run that a
            drain or a preemption ends is none, unless there is a single one.
        kept: how many of those before it the quota has room for.
    """

    deadline_seconds: int = 3600
    tries: int = 7
    kept: int = 20


class JobOfVersion(NamedConstruct):
    """A job that runs once for each version of it.

    Args:
        scope: the chart, or a construct in it.
        id: the name of its objects, and what that of the Job begins with.
        given: its arguments.

    Attributes:
        peer: its pod, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: a number out of range, or values that contradict each other.
    """

    def __init__(self, scope: Construct, id: str, given: OneOffJobArguments) -> None:
        super().__init__(scope, id)
        kind = type(self).__name__
        check_seconds(f"{kind}.deadline_seconds", given.deadline_seconds)
        check_range(f"{kind}.tries", given.tries, 1, 10)
        check_range(f"{kind}.kept", given.kept, 1, 1000)
        # One that a later version replaces may still run.
        pod = given.pod(scope, id, at_once=2)
        made = job(
            self,
            pod,
            deadline_seconds=given.deadline_seconds + pod.wait_seconds,
            tries=given.tries,
            kept=given.kept,
        )
        self.peer = pod.peer
        alert = too_many(pod.identity, kept=given.kept)
        self.facts = made.joined(given.used_by(pod.peer), Facts(alerts=(alert,)))

    @property
    def job(self) -> ApiObject:
        """The Job."""
        return self.objects["Job"]


class OneOffJob(JobOfVersion):
    """A job that runs once for each version of it, such as one that fills a search index.

    Creates a ServiceAccount and a Job, whose name ends in a digest of what it runs: an apply
    runs each version once, and a change of image, command or variables is another Job. They stay,
    with their log, until somebody deletes them; an alert tells when they are many.

    Args:
        scope: the chart, or a construct in it.
        id: the name of its objects, and what that of the Job begins with.

    Attributes:
        peer: its pod, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: a number out of range, or values that contradict each other.
    """

    @takes(OneOffJobArguments)
    def __init__(self, scope: Construct, id: str, given: OneOffJobArguments) -> None:
        super().__init__(scope, id, given)
