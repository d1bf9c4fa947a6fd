"""A StatefulSet: members with stable names and data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.pods.budget import DisruptionBudget
from constructs_lib.pods.controller import controller_metadata
from constructs_lib.pods.native_sleep import sleep_before_stopping
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.prerequisites import server_scope
from constructs_lib.pods.replacement import MIN_READY_SECONDS, REVISION_HISTORY_LIMIT
from constructs_lib.pods.service import headless_service, members_service
from constructs_lib.pods.template import pod_template


def stateful_set(
    scope: Construct, pod: Pod, *, replicas: int, min_ready_seconds: int = MIN_READY_SECONDS
) -> Facts:
    """Create a StatefulSet, its headless Service and its budget.

    Members start in parallel, since they may wait for each other, and are replaced one by
    one. Their volumes are retained.

    Args:
        scope: the parent construct.
        pod: of each member.
        replicas: how many members.
        min_ready_seconds: how long one must be ready before the next is replaced.

    Returns:
        The facts that it publishes.
    """
    identity = pod.identity
    scope = server_scope(scope, pod)
    headless_service(scope, pod.peer)
    made = _StatefulSet(
        scope,
        f"StatefulSet-{identity.name}",
        metadata=controller_metadata(
            scope, "StatefulSet", pod, name=identity.name, selector=identity.labels
        ),
        spec=k8s.StatefulSetSpec(
            replicas=replicas,
            service_name=members_service(identity.name),
            pod_management_policy="Parallel",
            min_ready_seconds=min_ready_seconds,
            revision_history_limit=REVISION_HISTORY_LIMIT,
            update_strategy=k8s.StatefulSetUpdateStrategy(type="RollingUpdate"),
            selector=k8s.LabelSelector(match_labels=identity.labels),
            template=pod_template(scope, pod, identity.labels),
            volume_claim_templates=[data.template(identity.labels) for data in pod.data] or None,
        ),
    )
    sleep_before_stopping(made, pod)
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
                pods=replicas,
                containers=pod.amounts,
                claims=tuple(data.claim(replicas) for data in pod.data),
                objects={**pod.objects, "count/statefulsets.apps": 1, "services": 1},
            ),
        ),
    )


class _StatefulSet(k8s.KubeStatefulSet):
    """A StatefulSet whose claim templates are written as the API server keeps them.

    It fills in fields that the typed template does not have, and the list is one value:
    whoever applies less than that as a second manager would change it, which is a conflict.
    """

    def to_json(self) -> Any:  # noqa: ANN401 - as the class has it
        manifest = super().to_json()
        spec = manifest["spec"]
        if "volumeClaimTemplates" in spec:
            spec["volumeClaimTemplates"] = [
                {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    **template,
                    "status": {"phase": "Pending"},
                }
                for template in spec["volumeClaimTemplates"]
            ]
        return manifest
