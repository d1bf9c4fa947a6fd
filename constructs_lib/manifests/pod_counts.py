"""The number of pods of a workload: minimum, maximum, and during a rollout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import Manifest, field, mapping

if TYPE_CHECKING:
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest


# Both name their target alike; the second is KEDA's.
AUTOSCALERS = ("HorizontalPodAutoscaler.autoscaling", "ScaledObject.keda.sh")


def autoscaler_of(platform: Platform, workload: WorkloadManifest) -> Manifest | None:
    """Return the HorizontalPodAutoscaler or the ScaledObject of a workload, or None."""
    for autoscaler in platform.of_kind(*AUTOSCALERS, namespace=workload.namespace):
        target = mapping(autoscaler, "spec", "scaleTargetRef")
        kind = field(target, "kind", default="Deployment")
        if (kind, target.get("name")) == (workload.kind, workload.name):
            return autoscaler
    return None


def bounds(autoscaler: Manifest) -> tuple[int, int]:
    """Return the fewest and the most replicas of an autoscaler."""
    spec = mapping(autoscaler, "spec")
    if field(autoscaler, "kind", default="") == "ScaledObject":
        return (
            field(spec, "minReplicaCount", default=0),
            field(spec, "maxReplicaCount", default=100),
        )
    return field(spec, "minReplicas", default=1), field(spec, "maxReplicas", default=0)


def fewest(platform: Platform, workload: WorkloadManifest) -> int:
    """Return the minimum of replicas of a workload."""
    autoscaler = autoscaler_of(platform, workload)
    if autoscaler is not None:
        return bounds(autoscaler)[0]
    return _replicas(workload)


def most(platform: Platform, workload: WorkloadManifest) -> int:
    """Return the maximum of replicas of a workload."""
    autoscaler = autoscaler_of(platform, workload)
    if autoscaler is not None:
        return bounds(autoscaler)[1]
    return _replicas(workload)


def worst_moment(platform: Platform, workload: WorkloadManifest) -> int:
    """Return how many pods of a workload may exist at once, terminating ones included.

    A Deployment may roll out at its maximum: the surge is there, and since
    terminating pods do not delay new ones, up to all of the old are there as well.
    A StatefulSet replaces a pod only once it is gone. A DaemonSet counts as one,
    since manifests do not tell the number of nodes.
    """
    pods = most(platform, workload)
    if workload.kind == "CronJob":
        forbidden = field(workload.manifest, "spec", "concurrencyPolicy", default="") == "Forbid"
        return pods if forbidden else 2 * pods
    if workload.kind != "Deployment" or pods == 0:
        return pods
    if field(workload.manifest, "spec", "strategy", "type", default="") == "Recreate":
        return pods
    surge = mapping(workload.manifest, "spec", "strategy", "rollingUpdate").get("maxSurge", "25%")
    return 2 * pods + scaled(surge, pods)


def scaled(amount: object, pods: int) -> int:
    """Return a number or percentage of pods, rounded up as surges and budgets are."""
    if isinstance(amount, int):
        return amount
    digits = str(amount).removesuffix("%")
    return math.ceil(int(digits) * pods / 100) if digits.isdecimal() else 0


def _replicas(workload: WorkloadManifest) -> int:
    if workload.kind == "Job":
        return field(workload.manifest, "spec", "parallelism", default=1)
    if workload.kind == "CronJob":
        return field(workload.manifest, "spec", "jobTemplate", "spec", "parallelism", default=1)
    if workload.kind in {"Deployment", "ReplicaSet", "StatefulSet"}:
        return field(workload.manifest, "spec", "replicas", default=1)
    return 1
