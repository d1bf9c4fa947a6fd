"""How many members of a server maintenance of the nodes may take away at once: one."""

from __future__ import annotations

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.names import Identity
from constructs_lib.quantities import int_or_string


def disruption_budget(scope: Construct, identity: Identity) -> k8s.KubePodDisruptionBudget:
    """Make the budget; members that are not healthy never block the drain of their node."""
    return k8s.KubePodDisruptionBudget(
        scope,
        f"DisruptionBudget-{identity.name}",
        metadata=names.metadata(
            scope,
            "PodDisruptionBudget",
            identity.name,
            namespace=identity.namespace,
            labels=identity.labels,
        ),
        spec=k8s.PodDisruptionBudgetSpec(
            max_unavailable=int_or_string(1),
            unhealthy_pod_eviction_policy="AlwaysAllow",
            selector=k8s.LabelSelector(match_labels=identity.labels),
        ),
    )
