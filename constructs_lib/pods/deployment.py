"""A server whose replicas are all alike and keep nothing."""

from __future__ import annotations

from dataclasses import replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.pods.budget import disruption_budget
from constructs_lib.pods.server_pod import ServerPod
from constructs_lib.quantities import int_or_string


def deployment(scope: Construct, pod: ServerPod, *, replicas: int) -> Facts:
    """Make the replicas and their budget; a new one is ready before an old one goes.

    Args:
        scope: where it is made.
        pod: of each replica.
        replicas: how many.

    Returns:
        What the others learn of it.
    """
    identity = pod.identity
    scope = pod.attach(scope)
    k8s.KubeDeployment(
        scope,
        f"Deployment-{identity.name}",
        metadata=names.metadata(
            scope,
            "Deployment",
            identity.name,
            namespace=identity.namespace,
            labels=identity.labels,
        ),
        spec=k8s.DeploymentSpec(
            replicas=replicas,
            min_ready_seconds=10,
            revision_history_limit=5,
            selector=k8s.LabelSelector(match_labels=identity.labels),
            strategy=k8s.DeploymentStrategy(
                type="RollingUpdate",
                rolling_update=k8s.RollingUpdateDeployment(
                    max_surge=int_or_string(1), max_unavailable=int_or_string(0)
                ),
            ),
            template=pod.template(match_label_keys=("pod-template-hash",)),
        ),
    )
    if replicas > 1:
        disruption_budget(scope, identity)
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
