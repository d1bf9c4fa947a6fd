"""Scaling: a fixed number of replicas, or a HorizontalPodAutoscaler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names, quantities
from constructs_lib.errors import reject
from constructs_lib.facts.signals import PodMetric
from constructs_lib.rollouts.tracks import Track
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

    def idle(self, replicas: int) -> Replicas:
        """Return that number of replicas."""
        return replace(self, count=replicas)

    def attach(self, scope: Construct, track: Track) -> None:
        """Create nothing: the number is in the Deployment."""


class ScalingPace(Value):
    """The scaling policies of an autoscaler in one direction.

    The larger of both changes is allowed in each period.

    Args:
        stabilization_seconds: the stabilization window.
        pods: replicas a period.
        percent: of the replicas a period; None for only `pods`.
        period_seconds: at most 1800, as Kubernetes asks.

    Raises:
        ConfigurationError: a number out of range.
    """

    stabilization_seconds: int
    pods: int
    percent: int | None
    period_seconds: int

    def __post_init__(self) -> None:
        check_range("ScalingPace.stabilization_seconds", self.stabilization_seconds, 0, 3600)
        check_range("ScalingPace.pods", self.pods, 1, _MOST_REPLICAS)
        if self.percent is not None:
            check_range("ScalingPace.percent", self.percent, 1, 1000)
        check_range("ScalingPace.period_seconds", self.period_seconds, 1, 1800)

    def to_kube(self) -> k8s.HpaScalingRulesV2:
        """Return the typed rules."""
        steps = [("Pods", self.pods)]
        if self.percent is not None:
            steps.append(("Percent", self.percent))
        return k8s.HpaScalingRulesV2(
            stabilization_window_seconds=self.stabilization_seconds,
            select_policy="Max",
            policies=[
                k8s.HpaScalingPolicyV2(type=unit, value=step, period_seconds=self.period_seconds)
                for unit, step in steps
            ],
        )


class Autoscaling(Value):
    """A HorizontalPodAutoscaler; the metric that needs the most replicas decides.

    Args:
        min_replicas: three by default, one for each of three zones.
        max_replicas: the maximum, which quotas and connection pools are derived from.
        cpu_percent: the target, of the request; 70 leaves room for the minute that a new
            replica needs. None to ignore CPU.
        memory_percent: likewise. High, since memory is rarely released; a leak then adds
            replicas before they are killed.
        pod_metrics: metrics of the pods themselves, such as open connections.
        scale_up: the pace; without delay, doubling every 30 seconds by default.
        scale_down: the pace; 10% a minute, after 5 minutes, by default.

    Raises:
        ConfigurationError: a minimum above the maximum, or no metric.
    """

    min_replicas: int = 3
    max_replicas: int = 10
    cpu_percent: int | None = 70
    memory_percent: int | None = 85
    pod_metrics: Sequence[PodMetric] = ()
    scale_up: ScalingPace = ScalingPace(
        stabilization_seconds=0, pods=4, percent=100, period_seconds=30
    )
    scale_down: ScalingPace = ScalingPace(
        stabilization_seconds=300, pods=1, percent=10, period_seconds=60
    )

    def __post_init__(self) -> None:
        check_range("Autoscaling.max_replicas", self.max_replicas, 1, _MOST_REPLICAS)
        check_range("Autoscaling.min_replicas", self.min_replicas, 1, _MOST_REPLICAS)
        if self.min_replicas > self.max_replicas:
            reject(
                "Autoscaling.min_replicas",
                self.min_replicas,
                f"use a whole number from 1 to max_replicas ({self.max_replicas})",
            )
        for name in ("cpu_percent", "memory_percent"):
            percent = getattr(self, name)
            if percent is not None:
                check_range(f"Autoscaling.{name}", percent, 1, 100)
        check_distinct("Autoscaling.pod_metrics", [metric.name for metric in self.pod_metrics])
        if self.cpu_percent is None and self.memory_percent is None and not self.pod_metrics:
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

    def attach(self, scope: Construct, track: Track) -> None:
        """Create the autoscaler of the track."""
        k8s.KubeHorizontalPodAutoscalerV2(
            scope,
            f"Autoscaler-{track.name}",
            metadata=names.metadata(
                scope,
                "HorizontalPodAutoscaler",
                track.workload,
                namespace=track.namespace,
                labels=track.selector,
            ),
            spec=k8s.HorizontalPodAutoscalerSpecV2(
                scale_target_ref=k8s.CrossVersionObjectReferenceV2(
                    api_version="apps/v1", kind="Deployment", name=track.workload
                ),
                min_replicas=self.min_replicas,
                max_replicas=self.max_replicas,
                metrics=self._metrics(),
                behavior=k8s.HorizontalPodAutoscalerBehaviorV2(
                    scale_up=self.scale_up.to_kube(), scale_down=self.scale_down.to_kube()
                ),
            ),
        )

    def _metrics(self) -> list[k8s.MetricSpecV2]:
        utilization = (("cpu", self.cpu_percent), ("memory", self.memory_percent))
        return [
            *(
                k8s.MetricSpecV2(
                    type="Resource",
                    resource=k8s.ResourceMetricSourceV2(
                        name=resource,
                        target=k8s.MetricTargetV2(type="Utilization", average_utilization=percent),
                    ),
                )
                for resource, percent in utilization
                if percent is not None
            ),
            *(
                k8s.MetricSpecV2(
                    type="Pods",
                    pods=k8s.PodsMetricSourceV2(
                        metric=k8s.MetricIdentifierV2(name=metric.name),
                        target=k8s.MetricTargetV2(
                            type="AverageValue",
                            average_value=quantities.to_kube(str(metric.average)),
                        ),
                    ),
                )
                for metric in self.pod_metrics
            ),
        ]
