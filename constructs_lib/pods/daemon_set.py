"""A DaemonSet: a pod on every node."""

from __future__ import annotations

from dataclasses import replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.pods.controller import controller_metadata
from constructs_lib.pods.native_sleep import sleep_before_stopping
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.prerequisites import server_scope
from constructs_lib.pods.replacement import REVISION_HISTORY_LIMIT
from constructs_lib.pods.template import pod_template
from constructs_lib.quantities import int_or_string
from constructs_lib.rules import check_range


def daemon_set(scope: Construct, pod: Pod, *, most_nodes: int) -> Facts:
    """Create the agents; a tenth of them at once is replaced.

    Args:
        scope: the parent construct.
        pod: of each node.
        most_nodes: the largest number of nodes that the cluster scales to, for the quota.

    Returns:
        The facts that it publishes.
    """
    check_range("most_nodes", most_nodes, 1, 15_000)
    identity = pod.identity
    scope = server_scope(scope, pod)
    made = k8s.KubeDaemonSet(
        scope,
        f"DaemonSet-{identity.name}",
        metadata=controller_metadata(
            scope, "DaemonSet", pod, name=identity.name, selector=identity.labels
        ),
        spec=k8s.DaemonSetSpec(
            revision_history_limit=REVISION_HISTORY_LIMIT,
            selector=k8s.LabelSelector(match_labels=identity.labels),
            update_strategy=k8s.DaemonSetUpdateStrategy(
                type="RollingUpdate",
                rolling_update=k8s.RollingUpdateDaemonSet(max_unavailable=int_or_string("10%")),
            ),
            template=pod_template(scope, pod, identity.labels),
        ),
    )
    sleep_before_stopping(made, pod)
    return replace(
        pod.facts,
        footprints=(
            Footprint(
                namespace=identity.namespace,
                pods=most_nodes,
                containers=pod.amounts,
                objects={**pod.objects, "count/daemonsets.apps": 1},
            ),
        ),
    )
