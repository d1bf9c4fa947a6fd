"""Rollout strategies: how a new version replaces the old one."""

from __future__ import annotations

import math
from typing import Protocol

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.facts.alerts import AlertRule
from constructs_lib.facts.footprint import Footprint
from constructs_lib.pods.deployment import deploy, rolling
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.replacement import (
    MIN_READY_SECONDS,
    REVISION_HISTORY_LIMIT,
    LongestStart,
    check_progress_deadline,
)
from constructs_lib.rollouts.tracks import Measured, Scaling, Track
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.values import Value


class Live(Value):
    """The result of a rollout strategy.

    Args:
        tracks: the versions, first the one that gets the traffic.
        alerts: that compare them.
    """

    tracks: tuple[Track, ...]
    alerts: tuple[AlertRule, ...] = ()


class Rollout(Protocol):
    """A strategy that creates the Deployments of a workload, with their footprint."""

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Create the Deployments."""
        ...

    def footprint(self, pod: Pod, scaling: Scaling) -> Footprint:
        """Return the footprint at the worst moment of a rollout."""
        ...


class RollingUpdate(Value):
    """Replaces pods in batches, with a surge and no unavailable replica.

    Where there is no room for a surge, such as on nodes with one GPU each, replicas are given up
    instead: ``RollingUpdate(max_surge_percent=0, max_unavailable=1)``.

    Args:
        max_surge_percent: replicas above the desired number during a rollout.
        max_unavailable: replicas below it.
        min_ready_seconds: how long a new pod must be ready to be available.
        progress_deadline_seconds: without progress after which the rollout has failed; what the
            pods wait for is added. It follows from how long a start may take by default.
        revision_history_limit: old ReplicaSets that are kept for a rollback.

    Raises:
        ConfigurationError: a number out of range; with a container, a startup
            that may take longer than the progress deadline.
    """

    max_surge_percent: int = 25
    max_unavailable: int = 0
    min_ready_seconds: int = MIN_READY_SECONDS
    progress_deadline_seconds: int | LongestStart = LongestStart()
    revision_history_limit: int = REVISION_HISTORY_LIMIT

    def __post_init__(self) -> None:
        check_range("RollingUpdate.max_surge_percent", self.max_surge_percent, 0, 100)
        check_range("RollingUpdate.max_unavailable", self.max_unavailable, 0, 1000)
        if not self.max_surge_percent and not self.max_unavailable:
            reject(
                "RollingUpdate.max_unavailable",
                self.max_unavailable,
                "give up at least one, or have a surge: max_surge_percent=25",
            )
        check_seconds("RollingUpdate.min_ready_seconds", self.min_ready_seconds, low=0)
        check_progress_deadline("RollingUpdate", self.progress_deadline_seconds)
        check_range("RollingUpdate.revision_history_limit", self.revision_history_limit, 1, 100)

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Create the one Deployment."""
        return Live(tracks=(self.track(scope, pod, scaling, name="stable"),))

    def track(
        self,
        scope: Construct,
        pod: Pod,
        scaling: Scaling,
        *,
        name: str,
        suffix: str = "",
    ) -> Track:
        """Create the Deployment of one track, as other rollouts do for each of theirs.

        Args:
            scope: the parent construct.
            pod: what it runs.
            scaling: of the track.
            name: of the track.
            suffix: of the name of the Deployment.

        Raises:
            ConfigurationError: a rollout that may give up all of several replicas.
        """
        if 1 < scaling.minimum <= self.max_unavailable:
            reject(
                "RollingUpdate.max_unavailable",
                self.max_unavailable,
                f"keep one of the {scaling.minimum} replicas, at most {scaling.minimum - 1}, or "
                "give all of them up with Recreate()",
            )
        return deploy_track(
            scope,
            pod,
            scaling,
            name=name,
            suffix=suffix,
            surge=self._surge(scaling),
            strategy=rolling(
                max_surge=f"{self.max_surge_percent}%" if self.max_surge_percent else 0,
                max_unavailable=self.max_unavailable,
            ),
            min_ready_seconds=self.min_ready_seconds,
            progress_deadline_seconds=self.progress_deadline_seconds,
            revision_history_limit=self.revision_history_limit,
        )

    def footprint(self, pod: Pod, scaling: Scaling) -> Footprint:
        """Return the maximum of replicas, the surge, and as many that are terminating."""
        return Footprint(
            namespace=pod.identity.namespace,
            pods=2 * scaling.maximum + self._surge(scaling),
            containers=pod.amounts,
            objects={"count/deployments.apps": 1},
        )

    def _surge(self, scaling: Scaling) -> int:
        return math.ceil(scaling.maximum * self.max_surge_percent / 100)


def deploy_track(
    scope: Construct,
    pod: Pod,
    scaling: Scaling,
    *,
    name: str,
    suffix: str = "",
    surge: int = 0,
    strategy: k8s.DeploymentStrategy,
    min_ready_seconds: int,
    progress_deadline_seconds: int | LongestStart,
    until_old_ends_seconds: int = 0,
    revision_history_limit: int,
) -> Track:
    """Create the Deployment of a track.

    Args:
        scope: the parent construct.
        pod: what it runs.
        scaling: of the track.
        name: of the track.
        suffix: of the name of the Deployment.
        surge: pods above the desired number, of a rollout.
        strategy: how pods are replaced.
        min_ready_seconds: how long a new pod must be ready to be available.
        progress_deadline_seconds: without progress after which the rollout has failed; what the
            pods wait for is added.
        until_old_ends_seconds: that new pods wait for the old ones to end.
        revision_history_limit: old ReplicaSets that are kept for a rollback.
    """
    deadline = _deadline(pod, progress_deadline_seconds, min_ready_seconds)
    check_claims(pod, scaling.maximum + surge)
    identity = pod.identity
    selector = identity.track(name)
    deploy(
        scope,
        pod,
        name=f"{identity.name}{suffix}",
        selector=selector,
        replicas=scaling.fixed,
        strategy=strategy,
        min_ready_seconds=min_ready_seconds,
        progress_deadline_seconds=deadline + pod.wait_seconds + until_old_ends_seconds,
        revision_history_limit=revision_history_limit,
    )
    return Track(
        name=name,
        workload=f"{identity.name}{suffix}",
        service=identity.name,
        namespace=identity.namespace,
        selector=selector,
        image=pod.main.image,
        scaling=scaling,
        measured=Measured(
            container=pod.main.name if len(pod.containers) > 1 or pod.mesh else None,
            memory_percent_at_rest=pod.main.memory_percent_at_rest,
        ),
    )


def check_claims(pod: Pod, pods: int) -> None:
    """Refuse more pods at once than may hold a volume of theirs."""
    for claim in pod.shared_claims:
        claim.check_pods(pods)


def _deadline(pod: Pod, said: int | LongestStart, min_ready_seconds: int) -> int:
    """Return how long there may be no progress, and refuse less than a start may take."""
    startup, readiness = pod.main.startup, pod.main.readiness
    start = startup.budget_seconds if startup else 0
    ready = readiness.period_seconds if readiness else 0
    needed = start + ready + min_ready_seconds
    if isinstance(said, LongestStart):
        return said.seconds(needed)
    if needed >= said:
        reject(
            "RollingUpdate.progress_deadline_seconds",
            said,
            f"use more than {needed} seconds: a start may take {start} "
            f"(Probes.startup_budget_seconds), readiness {ready} and "
            f"min_ready_seconds {min_ready_seconds}; or leave it out",
        )
    return said
