"""Autoscaling by KEDA: a ScaledObject, whose triggers ask Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.facts.network import End, Neighbour
from constructs_lib.facts.promql import series, total
from constructs_lib.facts.signals import PodMetric
from constructs_lib.labels import NAME, TRACK
from constructs_lib.rollouts.autoscalers import Targets, behavior
from constructs_lib.rollouts.tracks import Track
from constructs_lib.rules import check_seconds, check_url
from constructs_lib.values import Value


class Keda(Value):
    """A ScaledObject of KEDA 2, which the cluster has: https://keda.sh.

    Its operator asks Prometheus itself, so that neither the adapter nor its APIService is needed,
    and scales to zero and back. Delete the HorizontalPodAutoscaler that a workload had before:
    KEDA makes one of its own, and refuses another beside it.

    Args:
        prometheus: the URL, such as ``http://prometheus.monitoring.svc.cluster.local:9090``.
        operator: the pods of its operator, which the policies of Prometheus let in.
        polling_seconds: between two looks at the metrics while there is no replica.
        cooldown_seconds: without work before the last replica goes, with ``min_replicas=0``.

    Raises:
        ConfigurationError: what is no URL, or a number out of range.
    """

    prometheus: str
    operator: Neighbour
    polling_seconds: int = 30
    cooldown_seconds: int = 300

    def __post_init__(self) -> None:
        check_url("Keda.prometheus", self.prometheus)
        check_seconds("Keda.polling_seconds", self.polling_seconds)
        check_seconds("Keda.cooldown_seconds", self.cooldown_seconds, low=0)

    @property
    def metric_readers(self) -> Sequence[End]:
        """Its operator."""
        return (self.operator,)

    @property
    def scales_to_zero(self) -> bool:
        """It does."""
        return True

    def attach(self, scope: Construct, track: Track, targets: Targets) -> None:
        """Create the ScaledObject of a track."""
        pace = k8s.HorizontalPodAutoscalerSpecV2(
            max_replicas=1,
            scale_target_ref=k8s.CrossVersionObjectReferenceV2(kind="Deployment", name="any"),
            behavior=behavior(targets),
        )
        written = k8s.KubeHorizontalPodAutoscalerV2.manifest(spec=pace)["spec"]["behavior"]
        CustomResource(
            scope,
            f"Autoscaler-{track.name}",
            api_version="keda.sh/v1alpha1",
            kind="ScaledObject",
            metadata=names.metadata(
                scope,
                "ScaledObject",
                track.workload,
                namespace=track.namespace,
                labels=track.selector,
            ),
            fields={
                "spec": {
                    "scaleTargetRef": {
                        "apiVersion": "apps/v1",
                        "kind": "Deployment",
                        "name": track.workload,
                    },
                    "minReplicaCount": targets.min_replicas,
                    "maxReplicaCount": targets.max_replicas,
                    "pollingInterval": self.polling_seconds,
                    "cooldownPeriod": self.cooldown_seconds,
                    "advanced": {"horizontalPodAutoscalerConfig": {"behavior": written}},
                    "triggers": [*self._triggers(track, targets)],
                }
            },
        )

    def _triggers(self, track: Track, targets: Targets) -> Iterator[dict[str, Any]]:
        container = track.measured.container
        for resource, percent in targets.utilization(track.measured).items():
            yield {
                "type": resource,
                "metricType": "Utilization",
                "metadata": {"value": str(percent), "containerName": container},
            }
        asked = [
            *((each.name, _query(each, track), each.average) for each in targets.pod_metrics),
            *((each.name, each.query, each.average) for each in targets.external_metrics),
        ]
        for name, query, average in asked:
            yield {
                "type": "prometheus",
                "name": name.replace("_", "-").replace(":", "-").lower(),
                "metricType": "AverageValue",
                "metadata": {
                    "serverAddress": self.prometheus,
                    "query": query,
                    "threshold": str(average),
                },
            }


def _query(metric: PodMetric, track: Track) -> str:
    """Return the sum over the pods of a track, which KEDA divides by the replicas."""
    these = series(
        metric.series or metric.name,
        f'namespace="{track.namespace}"',
        f'app="{track.selector[NAME]}"',
        f'track="{track.selector[TRACK]}"',
    )
    return total(f"rate({these}[2m])" if these.partition("{")[0].endswith("_total") else these)
