"""A CronJob: a job on a schedule."""

from __future__ import annotations

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.facts.published import Facts
from constructs_lib.pods.controller import controller_metadata
from constructs_lib.pods.job import job_facts, job_spec, with_lasting_sidecars
from constructs_lib.pods.native_sidecars import restart_sidecars
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.prerequisites import server_scope
from constructs_lib.pods.schedule import Schedule


def cron_job(
    scope: Construct, pod: Pod, schedule: Schedule, *, name: str, suspended: bool = False
) -> Facts:
    """Create a job that runs on a schedule, never twice at once.

    A run that could not start in time is skipped, which an alert on the last success shows.

    Args:
        scope: the parent construct.
        pod: of each run.
        schedule: of the runs.
        name: of the job.
        suspended: whether it does not run for now.

    Returns:
        The facts that it publishes.
    """
    identity = pod.identity
    scope = server_scope(scope, pod)
    pod = with_lasting_sidecars(pod)
    made = k8s.KubeCronJob(
        scope,
        f"CronJob-{name}",
        metadata=controller_metadata(scope, "CronJob", pod, name=name, selector=identity.labels),
        spec=k8s.CronJobSpec(
            schedule=schedule.cron,
            time_zone=schedule.time_zone,
            concurrency_policy="Forbid",
            suspend=suspended or None,
            starting_deadline_seconds=schedule.starting_deadline_seconds,
            successful_jobs_history_limit=schedule.succeeded_kept,
            failed_jobs_history_limit=schedule.failed_kept,
            job_template=k8s.JobTemplateSpec(
                spec=job_spec(
                    scope, pod, deadline_seconds=schedule.deadline_seconds, tries=schedule.tries
                )
            ),
        ),
    )
    restart_sidecars(made, pod, "/spec/jobTemplate/spec")
    kept_and_running = schedule.succeeded_kept + schedule.failed_kept + 1
    return job_facts(pod, {"count/cronjobs.batch": 1, "count/jobs.batch": kept_and_running})
