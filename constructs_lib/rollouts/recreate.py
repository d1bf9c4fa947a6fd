"""A rollout that ends all old pods before it starts new ones."""

from __future__ import annotations

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.facts.footprint import Footprint
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.replacement import (
    REVISION_HISTORY_LIMIT,
    LongestStart,
    check_progress_deadline,
)
from constructs_lib.rollouts.rollout import Live, deploy_track
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.rules import check_range
from constructs_lib.values import Value


class Recreate(Value):
    """Ends all old pods before new ones start, for what must not run in two versions or twice.

    It is for a single instance such as a scheduler: ``scaling=Replicas(count=1)``. Nothing serves
    meanwhile. A rollout never has two, but Kubernetes replaces a pod that is evicted, deleted or
    on a lost node while the old one may still end: what must not do its work twice then takes a
    lock.

    Args:
        progress_deadline_seconds: without progress after which the rollout has failed; what the
            old pods may take to end, and the new ones wait for, is added. It follows from how long
            a start may take by default.
        revision_history_limit: old ReplicaSets that are kept for a rollback.

    Raises:
        ConfigurationError: a number out of range.
    """

    progress_deadline_seconds: int | LongestStart = LongestStart()
    revision_history_limit: int = REVISION_HISTORY_LIMIT

    def __post_init__(self) -> None:
        check_progress_deadline("Recreate", self.progress_deadline_seconds)
        check_range("Recreate.revision_history_limit", self.revision_history_limit, 1, 100)

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Create the one Deployment."""
        track = deploy_track(
            scope,
            pod,
            scaling,
            name="stable",
            strategy=k8s.DeploymentStrategy(type="Recreate"),
            min_ready_seconds=0,
            progress_deadline_seconds=self.progress_deadline_seconds,
            until_old_ends_seconds=pod.grace_period_seconds,
            revision_history_limit=self.revision_history_limit,
        )
        return Live(tracks=(track,))

    def footprint(self, pod: Pod, scaling: Scaling) -> Footprint:
        """Return the maximum of replicas, and as many that are evicted and still end."""
        return Footprint(
            namespace=pod.identity.namespace,
            pods=2 * scaling.maximum,
            containers=pod.amounts,
            objects={"count/deployments.apps": 1},
        )
