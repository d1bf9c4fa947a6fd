"""How many replicas may be taken away at once by maintenance of the nodes."""

from __future__ import annotations

from dataclasses import dataclass

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError
from constructs_lib.quantities import int_or_string
from constructs_lib.rollouts.tracks import Scaling, Track
from constructs_lib.rules import check_range


@dataclass(frozen=True, kw_only=True, slots=True)
class DisruptionBudget:
    """A drain takes so many replicas of a track at once, and waits for the next.

    Pods that are not healthy may always be evicted, or a broken workload would
    block the drain of its node for good
    (https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy).

    Args:
        max_unavailable: how many replicas.

    Raises:
        ConfigurationError: a budget for a single replica, or one for all replicas.
    """

    max_unavailable: int = 1

    def __post_init__(self) -> None:
        check_range("DisruptionBudget.max_unavailable", self.max_unavailable, 1, 1000)

    def check(self, scaling: Scaling) -> None:
        """Refuse replicas that this budget does not protect."""
        if scaling.minimum <= self.max_unavailable:
            raise ConfigurationError(
                "DisruptionBudget.max_unavailable",
                self.max_unavailable,
                f"have more replicas than that, at least {self.max_unavailable + 1} "
                f"(now {scaling.minimum}), or leave the budget out",
            )

    def attach(self, scope: Construct, track: Track) -> None:
        """Make the budget of the track."""
        k8s.KubePodDisruptionBudget(
            scope,
            f"DisruptionBudget-{track.name}",
            metadata=names.metadata(
                scope,
                "PodDisruptionBudget",
                track.workload,
                namespace=track.namespace,
                labels=track.selector,
            ),
            spec=k8s.PodDisruptionBudgetSpec(
                max_unavailable=int_or_string(self.max_unavailable),
                unhealthy_pod_eviction_policy="AlwaysAllow",
                selector=k8s.LabelSelector(match_labels=dict(track.selector)),
            ),
        )
