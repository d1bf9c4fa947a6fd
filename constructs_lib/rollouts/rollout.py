"""How a new version replaces the old one."""

from __future__ import annotations

import math
from typing import Protocol

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.signals import AlertRule
from constructs_lib.pods.deployment import deploy
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.replacement import (
    MIN_READY_SECONDS,
    PROGRESS_DEADLINE_SECONDS,
    REVISION_HISTORY_LIMIT,
)
from constructs_lib.rollouts.tracks import Scaling, Track
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.values import Value


class Live(Value):
    """What a rollout has running.

    Args:
        tracks: the versions, the one that takes the traffic first.
        alerts: what tells that one of them is worse than another.
    """

    tracks: tuple[Track, ...]
    alerts: tuple[AlertRule, ...] = ()


class Rollout(Protocol):
    """Creates the Deployments of a workload and knows what that costs."""

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Make the Deployments."""
        ...

    def footprint(self, pod: Pod, scaling: Scaling) -> Footprint:
        """Return what the worst moment of a rollout takes."""
        ...


class RollingUpdate(Value):
    """Replace the pods a few at a time, each one only when its successor serves.

    No replica is ever given up for a new one, so capacity is never lost.

    Args:
        max_surge_percent: how many replicas more may run meanwhile.
        min_ready_seconds: how long a new pod must serve before it counts.
        progress_deadline_seconds: without progress for that long, the rollout is failed.
        revision_history_limit: how many old versions can be rolled back to.

    Raises:
        ConfigurationError: a number out of range; with a container, a start-up
            that may take longer than the rollout waits.
    """

    max_surge_percent: int = 25
    min_ready_seconds: int = MIN_READY_SECONDS
    progress_deadline_seconds: int = PROGRESS_DEADLINE_SECONDS
    revision_history_limit: int = REVISION_HISTORY_LIMIT

    def __post_init__(self) -> None:
        check_range("RollingUpdate.max_surge_percent", self.max_surge_percent, 1, 100)
        check_seconds("RollingUpdate.min_ready_seconds", self.min_ready_seconds, low=0)
        check_seconds("RollingUpdate.progress_deadline_seconds", self.progress_deadline_seconds)
        check_range("RollingUpdate.revision_history_limit", self.revision_history_limit, 1, 100)

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Make the one Deployment."""
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
        """Make the Deployment of one track, as other rollouts do for each of theirs.

        Args:
            scope: where it is made.
            pod: what it runs.
            scaling: who decides how many.
            name: of the track.
            suffix: of the name of the Deployment.
        """
        self._check_deadline(pod)
        identity = pod.identity
        selector = identity.track(name)
        deploy(
            scope,
            pod,
            name=f"{identity.name}{suffix}",
            selector=selector,
            replicas=scaling.fixed,
            max_surge=f"{self.max_surge_percent}%",
            min_ready_seconds=self.min_ready_seconds,
            progress_deadline_seconds=self.progress_deadline_seconds,
            revision_history_limit=self.revision_history_limit,
        )
        return Track(
            name=name,
            workload=f"{identity.name}{suffix}",
            service=identity.name,
            namespace=identity.namespace,
            selector=selector,
            image=pod.main.image,
            scaling=scaling,
        )

    def footprint(self, pod: Pod, scaling: Scaling) -> Footprint:
        """Return the most replicas, the surge, and the same again still draining."""
        surge = math.ceil(scaling.maximum * self.max_surge_percent / 100)
        return Footprint(
            namespace=pod.identity.namespace,
            pods=2 * scaling.maximum + surge,
            containers=pod.amounts,
            objects={"count/deployments.apps": 1},
        )

    def _check_deadline(self, pod: Pod) -> None:
        startup, readiness = pod.main.startup, pod.main.readiness
        start = startup.budget_seconds if startup else 0
        ready = readiness.period_seconds if readiness else 0
        needed = start + ready + self.min_ready_seconds
        if needed >= self.progress_deadline_seconds:
            raise ConfigurationError(
                "RollingUpdate.progress_deadline_seconds",
                self.progress_deadline_seconds,
                f"use more than {needed} seconds: a start may take {start} "
                f"(Probes.startup_budget_seconds), readiness {ready} and "
                f"min_ready_seconds {self.min_ready_seconds}",
            )
