"""Autoscalers: a HorizontalPodAutoscaler with the Prometheus adapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names, quantities
from constructs_lib.facts.network import End
from constructs_lib.facts.signals import ExternalMetric, PodMetric
from constructs_lib.rollouts.tracks import Measured, Track
from constructs_lib.rules import check_range
from constructs_lib.values import Value

_MOST_REPLICAS = 1000


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


class Targets(Protocol):
    """What an autoscaler is to reach, as `Autoscaling` says it."""

    @property
    def min_replicas(self) -> int:
        """The fewest replicas."""
        ...

    @property
    def max_replicas(self) -> int:
        """The most replicas."""
        ...

    def utilization(self, measured: Measured) -> Mapping[str, int]:
        """Return the percentages of requested CPU and memory, by resource."""
        ...

    @property
    def pod_metrics(self) -> Sequence[PodMetric]:
        """The metrics of the pods."""
        ...

    @property
    def external_metrics(self) -> Sequence[ExternalMetric]:
        """The metrics of other things."""
        ...

    @property
    def scale_up(self) -> ScalingPace:
        """The pace upwards."""
        ...

    @property
    def scale_down(self) -> ScalingPace:
        """The pace downwards."""
        ...


class Autoscaler(Protocol):
    """Who scales, and whom it asks for the metrics."""

    @property
    def metric_readers(self) -> Sequence[End]:
        """Who asks Prometheus for the metrics, instead of the Prometheus adapter."""
        ...

    @property
    def scales_to_zero(self) -> bool:
        """Whether there may be no replica for a while."""
        ...

    def attach(self, scope: Construct, track: Track, targets: Targets) -> None:
        """Create the autoscaler of a track."""
        ...


class AdapterAutoscaler(Value):
    """A HorizontalPodAutoscaler, for which the Prometheus adapter serves the metrics.

    An `ObservabilityStack` brings the adapter along if a construct names a metric.
    """

    @property
    def metric_readers(self) -> Sequence[End]:
        """Nobody but the adapter."""
        return ()

    @property
    def scales_to_zero(self) -> bool:
        """It does not: Kubernetes has that behind a feature gate only."""
        return False

    def attach(self, scope: Construct, track: Track, targets: Targets) -> None:
        """Create the HorizontalPodAutoscaler of a track."""
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
                min_replicas=targets.min_replicas,
                max_replicas=targets.max_replicas,
                metrics=[*_metrics(targets, track.measured)],
                behavior=behavior(targets),
            ),
        )


def behavior(targets: Targets) -> k8s.HorizontalPodAutoscalerBehaviorV2:
    """Return the typed pace of an autoscaler."""
    return k8s.HorizontalPodAutoscalerBehaviorV2(
        scale_up=targets.scale_up.to_kube(), scale_down=targets.scale_down.to_kube()
    )


def _metrics(targets: Targets, measured: Measured) -> Iterator[k8s.MetricSpecV2]:
    for resource, percent in targets.utilization(measured).items():
        target = k8s.MetricTargetV2(type="Utilization", average_utilization=percent)
        yield (
            k8s.MetricSpecV2(
                type="Resource", resource=k8s.ResourceMetricSourceV2(name=resource, target=target)
            )
            if measured.container is None
            else k8s.MetricSpecV2(
                type="ContainerResource",
                container_resource=k8s.ContainerResourceMetricSourceV2(
                    name=resource, container=measured.container, target=target
                ),
            )
        )
    for metric in targets.pod_metrics:
        yield k8s.MetricSpecV2(
            type="Pods",
            pods=k8s.PodsMetricSourceV2(
                metric=k8s.MetricIdentifierV2(name=metric.name), target=_average(metric.average)
            ),
        )
    for each in targets.external_metrics:
        yield k8s.MetricSpecV2(
            type="External",
            external=k8s.ExternalMetricSourceV2(
                metric=k8s.MetricIdentifierV2(name=each.name), target=_average(each.average)
            ),
        )


def _average(value: int) -> k8s.MetricTargetV2:
    return k8s.MetricTargetV2(type="AverageValue", average_value=quantities.to_kube(str(value)))
