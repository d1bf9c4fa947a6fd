"""A Job: a pod that runs to completion."""

from __future__ import annotations

import json
from dataclasses import replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.names import of_content
from constructs_lib.pods.controller import controller_metadata
from constructs_lib.pods.native_sidecars import restart_sidecars
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.prerequisites import server_scope
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.template import pod_template


def job(
    scope: Construct, pod: Pod, *, deadline_seconds: int = 3600, tries: int = 7, kept: int = 1
) -> Facts:
    """Create a job that runs once.

    A Job is immutable, so its name ends in a digest of its spec: a changed one is another Job.
    It has no time to live, since the next apply would run it again.

    Args:
        scope: the parent construct.
        pod: of the run.
        deadline_seconds: after which it has failed.
        tries: attempts in all.
        kept: how many of those that it was before there is room for.

    Returns:
        The facts that it publishes.
    """
    identity = pod.identity
    scope = server_scope(scope, pod)
    pod = with_lasting_sidecars(pod)
    spec = job_spec(scope, pod, deadline_seconds=deadline_seconds, tries=tries)
    whole = json.dumps(k8s.KubeJob.manifest(spec=spec), sort_keys=True)
    name = of_content(identity.name, whole)
    made = k8s.KubeJob(
        scope,
        f"Job-{name}",
        metadata=controller_metadata(scope, "Job", pod, name=name, selector=identity.labels),
        spec=spec,
    )
    restart_sidecars(made, pod, "/spec")
    return job_facts(pod, {"count/jobs.batch": kept})


# A pod that a drain or a preemption takes is no failed attempt.
_DISRUPTED = k8s.PodFailurePolicyRule(
    action="Ignore",
    on_pod_conditions=[
        k8s.PodFailurePolicyOnPodConditionsPattern(type="DisruptionTarget", status="True")
    ],
)


def job_spec(scope: Construct, pod: Pod, *, deadline_seconds: int, tries: int) -> k8s.JobSpec:
    """Return the spec of a Job; one with a single try does not run again, whatever ended it."""
    return k8s.JobSpec(
        active_deadline_seconds=deadline_seconds,
        backoff_limit=tries - 1,
        pod_failure_policy=k8s.PodFailurePolicy(rules=[_DISRUPTED]) if tries > 1 else None,
        template=pod_template(
            scope,
            replace(pod, importance=Importance.JOB),
            pod.identity.labels,
            restart_policy="Never",
        ),
    )


def with_lasting_sidecars(pod: Pod) -> Pod:
    """Return the pod whose sidecars end once its main container has ended, or the job never is."""
    return replace(pod, lasting=[each.name for each in pod.beside])


def job_facts(pod: Pod, objects: dict[str, int]) -> Facts:
    """Return the facts of a job that creates these objects besides those of its pod."""
    return replace(
        pod.facts,
        footprints=(
            Footprint(
                namespace=pod.identity.namespace,
                pods=1,
                containers=pod.amounts,
                claims=pod.claims(1),
                objects={**pod.objects, **objects},
            ),
        ),
    )
