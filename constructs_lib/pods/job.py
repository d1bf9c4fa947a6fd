"""Work of a server that ends: once, or again and again."""

from __future__ import annotations

from dataclasses import replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.server_pod import ServerPod
from constructs_lib.pods.server_volumes import Workspace


def cron_job(
    scope: Construct, pod: ServerPod, schedule: Schedule, *, name: str | None = None
) -> Facts:
    """Make a job that runs on a schedule, never twice at once.

    A run that could not start within ten minutes is missed, and seen as such by
    the time of the last success; the last three runs and one failure are kept.

    Args:
        scope: where it is made.
        pod: of each run.
        schedule: when.
        name: of the job; that of the pod by default.

    Returns:
        What the others learn of it.
    """
    identity = pod.identity
    name = name or identity.name
    scope = pod.attach(scope)
    k8s.KubeCronJob(
        scope,
        f"CronJob-{name}",
        metadata=names.metadata(
            scope,
            "CronJob",
            name,
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


def job(
    scope: Construct,
    pod: ServerPod,
    *,
    deadline_seconds: int = 3600,
    tries: int = 6,
    name: str | None = None,
) -> Facts:
    """Make a job that runs once. A Job cannot be changed: name it after what it does.

    Args:
        scope: where it is made.
        pod: of the run.
        deadline_seconds: after which it is stopped as failed.
        tries: how often it is tried.
        name: of the job; that of the pod by default.

    Returns:
        What the others learn of it.
    """
    identity = pod.identity
    name = name or identity.name
    scope = pod.attach(scope)
    k8s.KubeJob(
        scope,
        f"Job-{name}",
        metadata=names.metadata(
            scope, "Job", name, namespace=identity.namespace, labels=identity.labels
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
