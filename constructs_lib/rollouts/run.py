"""Everything that a stateless workload needs to run, besides its traffic."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.facts.access import KubernetesAccess
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.service_account import service_account
from constructs_lib.rollouts.disruption import DisruptionBudget
from constructs_lib.rollouts.rollout import Live, Rollout
from constructs_lib.rollouts.tracks import Scaling


def run(
    scope: Construct,
    pod: Pod,
    *,
    rollout: Rollout,
    scaling: Scaling,
    disruption_budget: DisruptionBudget | None,
    access: KubernetesAccess | None,
) -> Live:
    """Make the account, the files, and each track with its autoscaler and budget.

    Without a budget of the caller's, a track gets the usual one from two
    replicas on; below that, a budget could only block the drain of a node.
    """
    service_account(scope, pod.identity, access)
    for config in pod.container.config_files:
        config.attach(scope, pod.identity)
    live = rollout.deploy(scope, pod, scaling)
    # By name, so that a switch of roles moves nothing in the file.
    for track in sorted(live.tracks, key=lambda track: track.name):
        track.scaling.attach(scope, track)
        if disruption_budget is not None:
            disruption_budget.check(track.scaling)
            disruption_budget.attach(scope, track)
        elif track.scaling.minimum > 1:
            DisruptionBudget().attach(scope, track)
    return live
