"""A Deployment: interchangeable replicas without state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.pods.budget import DisruptionBudget
from constructs_lib.pods.controller import controller_metadata
from constructs_lib.pods.native_sidecars import restart_sidecars
from constructs_lib.pods.native_sleep import sleep_before_stopping
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.prerequisites import server_scope
from constructs_lib.pods.replacement import (
    MIN_READY_SECONDS,
    PROGRESS_DEADLINE_SECONDS,
    REVISION_HISTORY_LIMIT,
)
from constructs_lib.pods.template import pod_template
from constructs_lib.quantities import int_or_string


def deployment(scope: Construct, pod: Pod, *, replicas: int) -> Facts:
    """Create a Deployment without unavailable replicas, and its budget.

    Args:
        scope: the parent construct.
        pod: of each replica.
        replicas: how many.

    Returns:
        The facts that it publishes.
    """
    identity = pod.identity
    scope = server_scope(scope, pod)
    deploy(
        scope,
        pod,
        name=identity.name,
        selector=identity.labels,
        replicas=replicas,
        strategy=rolling(max_surge=1),
    )
    DisruptionBudget().attach(
        scope,
        name=identity.name,
        namespace=identity.namespace,
        selector=identity.labels,
        fewest=replicas,
        most=replicas,
    )
    return replace(
        pod.facts,
        footprints=(
            Footprint(
                namespace=identity.namespace,
                # The surge, and those that drain while the next have started.
                pods=2 * replicas + 1,
                containers=pod.amounts,
                objects={**pod.objects, "count/deployments.apps": 1},
            ),
        ),
    )


def rolling(*, max_surge: int | str, max_unavailable: int = 0) -> k8s.DeploymentStrategy:
    """Return the strategy that replaces pods a few at a time.

    Args:
        max_surge: replicas above the desired number, or a percentage such as ``25%``.
        max_unavailable: replicas below it.
    """
    return k8s.DeploymentStrategy(
        type="RollingUpdate",
        rolling_update=k8s.RollingUpdateDeployment(
            max_surge=int_or_string(max_surge), max_unavailable=int_or_string(max_unavailable)
        ),
    )


def deploy(
    scope: Construct,
    pod: Pod,
    *,
    name: str,
    selector: Mapping[str, str],
    replicas: int | None,
    strategy: k8s.DeploymentStrategy,
    min_ready_seconds: int = MIN_READY_SECONDS,
    progress_deadline_seconds: int = PROGRESS_DEADLINE_SECONDS,
    revision_history_limit: int = REVISION_HISTORY_LIMIT,
) -> k8s.KubeDeployment:
    """Create a Deployment.

    Args:
        scope: the parent construct.
        pod: of each replica.
        name: of the object.
        selector: the labels of its pods, which never change.
        replicas: how many; None where an autoscaler owns the number.
        strategy: `rolling` or `RECREATE`.
        min_ready_seconds: how long a new pod must be ready to be available.
        progress_deadline_seconds: without progress after which the rollout has failed.
        revision_history_limit: old ReplicaSets that are kept for a rollback.
    """
    made = k8s.KubeDeployment(
        scope,
        f"Deployment-{name}",
        metadata=controller_metadata(scope, "Deployment", pod, name=name, selector=selector),
        spec=k8s.DeploymentSpec(
            replicas=replicas,
            min_ready_seconds=min_ready_seconds,
            progress_deadline_seconds=progress_deadline_seconds,
            revision_history_limit=revision_history_limit,
            selector=k8s.LabelSelector(match_labels=dict(selector)),
            strategy=strategy,
            template=pod_template(scope, pod, selector, match_label_keys=("pod-template-hash",)),
        ),
    )
    sleep_before_stopping(made, pod)
    restart_sidecars(made, pod, "/spec")
    return made
