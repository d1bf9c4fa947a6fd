"""A stateless workload: account, ConfigMaps, Deployments, autoscalers and budgets."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.pods.budget import DisruptionBudget
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.prerequisites import prerequisites
from constructs_lib.rollouts.rollout import Live, Rollout
from constructs_lib.rollouts.tracks import Scaling


def stateless_workload(
    scope: Construct,
    pod: Pod,
    *,
    rollout: Rollout,
    scaling: Scaling,
    disruption_budget: DisruptionBudget | None,
) -> Live:
    """Create the account, the ConfigMaps, and each track with its autoscaler and budget."""
    prerequisites(scope, pod)
    live = rollout.deploy(scope, pod, scaling)
    # By name, so that a switch of roles moves nothing in the file.
    for track in sorted(live.tracks, key=lambda track: track.name):
        track.scaling.attach(scope, track)
        if disruption_budget is not None:
            disruption_budget.attach(
                scope,
                name=track.workload,
                namespace=track.namespace,
                selector=track.selector,
                fewest=track.scaling.minimum,
                most=track.scaling.maximum,
            )
    return live
