"""Scaling: a fixed number of replicas, or autoscaling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.facts.network import End
from constructs_lib.facts.signals import ExternalMetric, PodMetric
from constructs_lib.rollouts.autoscalers import AdapterAutoscaler, Autoscaler, ScalingPace
from constructs_lib.rollouts.tracks import Measured, Track
from constructs_lib.rules import check_distinct, check_range
from constructs_lib.values import Value

_MOST_REPLICAS = 1000


class Replicas(Value):
    """A fixed number of replicas, changed by hand.

    Args:
        count: the replicas; three by default, one for each of three zones.

    Raises:
        ConfigurationError: no replica, or more than a thousand.
    """

    count: int = 3

    def __post_init__(self) -> None:
        check_range("Replicas.count", self.count, 1, _MOST_REPLICAS)

    @property
    def minimum(self) -> int:
        """The number of replicas, which is constant."""
        return self.count

    @property
    def maximum(self) -> int:
        """The number of replicas, which is constant."""
        return self.count

    @property
    def fixed(self) -> int | None:
        """The number of replicas, which is constant."""
        return self.count

    @property
    def pod_metrics(self) -> Sequence[PodMetric]:
        """No metrics, since there is no autoscaler."""
        return ()

    @property
    def external_metrics(self) -> Sequence[ExternalMetric]:
        """No metrics, since there is no autoscaler."""
        return ()

    @property
    def metric_readers(self) -> Sequence[End]:
        """Nobody, since there is no autoscaler."""
        return ()

    def idle(self, replicas: int) -> Replicas:
        """Return that number of replicas."""
        return replace(self, count=replicas)

    def attach(self, scope: Construct, track: Track) -> None:
        """Create nothing: the number is in the Deployment."""


class AboveRest(Value):
    """A target of memory, where it is above what the container keeps at rest; none otherwise.

    High, since memory is rarely released; a leak then adds replicas before they are killed. What
    Node.js has taken for its heap it keeps, so that its memory says nothing about requests.

    Args:
        percent: of the requested memory.

    Raises:
        ConfigurationError: a number out of range.
    """

    percent: int = 85

    def __post_init__(self) -> None:
        check_range("AboveRest.percent", self.percent, 1, 100)


class Autoscaling(Value):
    """Autoscaling by several metrics, of which the one that needs the most replicas decides.

    Args:
        min_replicas: three by default, one for each of three zones. Zero needs `Keda` and a
            metric that there is without pods.
        max_replicas: the maximum, which quotas and connection pools are derived from.
        cpu_percent: the target, of the request of the main container; 70 leaves room for the
            minute that a new replica needs. More than 100 where the limit is far above the request.
            None to ignore CPU.
        memory_percent: likewise, or `AboveRest`. A target that the container keeps at rest would
            never let a replica go.
        pod_metrics: metrics of the pods themselves, such as open connections.
        external_metrics: those of other things, such as the length of a queue.
        autoscaler: who scales, and whom it asks for metrics: a HorizontalPodAutoscaler of the
            Prometheus adapter, or `Keda`.
        scale_up: the pace; without delay, doubling every 30 seconds by default.
        scale_down: the pace; 10% a minute, after 5 minutes, by default.

    Raises:
        ConfigurationError: a minimum above the maximum, or no metric; in a tier, a target of memory
            that the container keeps at rest.
    """

    min_replicas: int = 3
    max_replicas: int = 10
    cpu_percent: int | None = 70
    memory_percent: int | AboveRest | None = AboveRest()
    pod_metrics: Sequence[PodMetric] = ()
    external_metrics: Sequence[ExternalMetric] = ()
    autoscaler: Autoscaler = AdapterAutoscaler()
    scale_up: ScalingPace = ScalingPace(
        stabilization_seconds=0, pods=4, percent=100, period_seconds=30
    )
    scale_down: ScalingPace = ScalingPace(
        stabilization_seconds=300, pods=1, percent=10, period_seconds=60
    )

    def __post_init__(self) -> None:
        check_range("Autoscaling.max_replicas", self.max_replicas, 1, _MOST_REPLICAS)
        by_others = bool(self.external_metrics) and self.autoscaler.scales_to_zero
        check_range(
            "Autoscaling.min_replicas", self.min_replicas, 0 if by_others else 1, _MOST_REPLICAS
        )
        if self.min_replicas > self.max_replicas:
            reject(
                "Autoscaling.min_replicas",
                self.min_replicas,
                f"use a whole number from 1 to max_replicas ({self.max_replicas})",
            )
        for name, most in (("cpu_percent", 1000), ("memory_percent", 100)):
            percent = getattr(self, name)
            if isinstance(percent, int):
                check_range(f"Autoscaling.{name}", percent, 1, most)
        metrics = [each.name for each in self.pod_metrics]
        metrics += [each.name for each in self.external_metrics]
        check_distinct("Autoscaling.pod_metrics", metrics)
        if self.cpu_percent is None and self.memory_percent is None and not metrics:
            reject("Autoscaling.pod_metrics", (), "follow at least one metric, or use Replicas")

    @property
    def minimum(self) -> int:
        """The lower bound."""
        return self.min_replicas

    @property
    def maximum(self) -> int:
        """The upper bound."""
        return self.max_replicas

    @property
    def fixed(self) -> int | None:
        """None: a number in the manifest would reset the autoscaler at every apply."""
        return None

    def idle(self, replicas: int) -> Autoscaling:
        """Return the autoscaler with that minimum, which it keeps without load."""
        return replace(self, min_replicas=replicas, max_replicas=max(replicas, self.max_replicas))

    @property
    def metric_readers(self) -> Sequence[End]:
        """Who asks Prometheus for its metrics, instead of the Prometheus adapter."""
        return self.autoscaler.metric_readers

    def utilization(self, measured: Measured) -> dict[str, int]:
        """Return the percentages of requested CPU and memory, by resource."""
        memory, rest = self.memory_percent, measured.memory_percent_at_rest or 0
        if isinstance(memory, AboveRest):
            memory = memory.percent if _lets_go(memory.percent, rest) else None
        elif memory is not None and not _lets_go(memory, rest):
            reject(
                "Autoscaling.memory_percent",
                memory,
                f"the container keeps {rest} % of its memory at rest (Container.memory_at_rest), "
                "so that no replica would go: leave the target out with None, or raise "
                "Resources.memory",
            )
        told = {"cpu": self.cpu_percent, "memory": memory}
        said = {resource: percent for resource, percent in told.items() if percent is not None}
        if not said and not self.pod_metrics and not self.external_metrics:
            reject(
                "Autoscaling.cpu_percent",
                self.cpu_percent,
                f"follow another metric than memory, of which {rest} % are kept at rest",
            )
        return said

    def attach(self, scope: Construct, track: Track) -> None:
        """Create the autoscaler of the track."""
        self.autoscaler.attach(scope, track, self)


def _lets_go(percent: int, rest: int) -> bool:
    """Tell whether a replica at rest is below a target by more than an autoscaler tolerates.

    https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
    """
    return rest < 0.9 * percent
