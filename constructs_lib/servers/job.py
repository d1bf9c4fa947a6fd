"""Work of a server that ends: once, or again and again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.servers.pod import ServerPod
from constructs_lib.servers.volumes import Workspace

_FIELD = r"(\*|\d{1,2}(-\d{1,2})?)(/\d{1,2})?(,(\*|\d{1,2}(-\d{1,2})?)(/\d{1,2})?)*"
_SCHEDULE = re.compile(rf"{_FIELD}( {_FIELD}){{4}}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """When a job runs, and how long it may take.

    Args:
        cron: minute, hour, day of month, month and day of week, in UTC, such as
            ``0 3 * * 1``.
        deadline_seconds: after which it is stopped as failed, all tries together.
        tries: how often it is tried.

    Raises:
        ConfigurationError: a schedule that cron does not read, or a number out of range.
    """

    cron: str
    deadline_seconds: int = 3600
    tries: int = 2

    def __post_init__(self) -> None:
        if not _SCHEDULE.fullmatch(self.cron):
            raise ConfigurationError(
                "Schedule.cron", self.cron, "write five fields of numbers, such as '0 3 * * 1'"
            )
        check_seconds("Schedule.deadline_seconds", self.deadline_seconds)
        check_range("Schedule.tries", self.tries, 1, 10)


def cron_job(scope: Construct, pod: ServerPod, schedule: Schedule) -> Facts:
    """Make a job that runs on a schedule, never twice at once.

    A run that could not start within ten minutes is missed, and seen as such by
    the time of the last success; the last three runs and one failure are kept.

    Args:
        scope: where it is made.
        pod: of each run.
        schedule: when.

    Returns:
        What the others learn of it.
    """
    identity = pod.identity
    pod.attach(scope)
    k8s.KubeCronJob(
        scope,
        f"CronJob-{identity.name}",
        metadata=names.metadata(
            scope,
            "CronJob",
            identity.name,
            namespace=identity.namespace,
            labels=identity.labels,
        ),
        spec=k8s.CronJobSpec(
            schedule=schedule.cron,
            time_zone="Etc/UTC",
            concurrency_policy="Forbid",
            starting_deadline_seconds=600,
            successful_jobs_history_limit=3,
            failed_jobs_history_limit=1,
            job_template=k8s.JobTemplateSpec(
                spec=_job_spec(
                    pod, deadline_seconds=schedule.deadline_seconds, tries=schedule.tries
                )
            ),
        ),
    )
    # Three that succeeded, one that failed, one that runs.
    return _facts(pod, {"count/cronjobs.batch": 1, "count/jobs.batch": 5})


def job(scope: Construct, pod: ServerPod, *, deadline_seconds: int = 3600, tries: int = 6) -> Facts:
    """Make a job that runs once. A Job cannot be changed: name it after what it does.

    Args:
        scope: where it is made.
        pod: of the run.
        deadline_seconds: after which it is stopped as failed.
        tries: how often it is tried.

    Returns:
        What the others learn of it.
    """
    identity = pod.identity
    pod.attach(scope)
    k8s.KubeJob(
        scope,
        f"Job-{identity.name}",
        metadata=names.metadata(
            scope, "Job", identity.name, namespace=identity.namespace, labels=identity.labels
        ),
        spec=_job_spec(pod, deadline_seconds=deadline_seconds, tries=tries),
    )
    return _facts(pod, {"count/jobs.batch": 1})


def _job_spec(pod: ServerPod, *, deadline_seconds: int, tries: int) -> k8s.JobSpec:
    return k8s.JobSpec(
        active_deadline_seconds=deadline_seconds,
        backoff_limit=tries - 1,
        template=pod.template(restart_policy="Never"),
    )


def _facts(pod: ServerPod, objects: dict[str, int]) -> Facts:
    claims = tuple(v.claim(1) for v in pod.volumes if isinstance(v, Workspace))
    return replace(
        pod.facts,
        footprints=(
            Footprint(
                namespace=pod.identity.namespace,
                pods=1,
                containers=pod.amounts,
                claims=claims,
                objects={**pod.objects, **objects},
            ),
        ),
    )
