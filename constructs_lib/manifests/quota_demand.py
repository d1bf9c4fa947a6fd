"""The most that the objects of a namespace take of its ResourceQuota.

https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import field, mapping, mappings, quantity
from constructs_lib.manifests.limit_ranges import pod_amounts
from constructs_lib.manifests.platform import kind_of
from constructs_lib.manifests.pod_counts import most, worst_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest

ResourceList = dict[str, Decimal]

# Every namespace gets kube-root-ca.crt and the service account named default.
_MADE_BY_THE_CLUSTER = ("ConfigMap", "ServiceAccount")
_OTHER_NAMES = {
    "count/persistentvolumeclaims": "persistentvolumeclaims",
    "count/pods": "pods",
    "cpu": "requests.cpu",
    "ephemeral-storage": "requests.ephemeral-storage",
    "memory": "requests.memory",
}


def demand(
    platform: Platform, namespace: str, workloads: Iterable[WorkloadManifest]
) -> ResourceList:
    """Return the demand of workloads and the other objects of a namespace, by quota resource."""
    total: ResourceList = defaultdict(Decimal)
    for workload in workloads:
        pods = worst_moment(platform, workload)
        total["pods"] += pods
        for resource, amount in pod_amounts(platform, workload).items():
            total[resource] += pods * amount
        for spec in workload.claims:
            _add_claim(total, spec, most(platform, workload))
    for kind in _MADE_BY_THE_CLUSTER:
        _add_object(total, kind)
    for manifest in platform.manifests:
        if field(manifest, "metadata", "namespace", default="") == namespace:
            _add_object(total, kind_of(manifest))
            if kind_of(manifest) == "Service":
                _add_service(total, mapping(manifest, "spec"))
            if kind_of(manifest) == "PersistentVolumeClaim":
                _add_claim(total, mapping(manifest, "spec"), 1)
    return total


def full_name(resource: str) -> str:
    """Return the canonical name of a quota resource that has several."""
    return _OTHER_NAMES.get(resource, resource)


def plural(kind: str) -> str:
    """Return what a quota calls the objects of a kind, such as ``deployments.apps``."""
    name, _, group = kind.partition(".")
    several = f"{name.lower()}es" if name.endswith("s") else f"{name.lower()}s"
    several = several.removesuffix("ys") + "ies" if several.endswith("ys") else several
    return f"{several}.{group}" if group else several


def _add_object(total: ResourceList, kind: str) -> None:
    total[f"count/{plural(kind)}"] += 1
    # Claims are counted with what their pods make, pods with what their controllers make.
    if "." not in kind and kind not in {"PersistentVolumeClaim", "Pod"}:
        total[plural(kind)] += 1


def _add_service(total: ResourceList, spec: Mapping[str, Any]) -> None:
    kind = field(spec, "type", default="ClusterIP")
    if kind == "LoadBalancer":
        total["services.loadbalancers"] += 1
    if kind == "NodePort" or (
        kind == "LoadBalancer" and field(spec, "allocateLoadBalancerNodePorts", default=True)
    ):
        total["services.nodeports"] += len(mappings(spec, "ports"))


def _add_claim(total: ResourceList, spec: Manifest, count: int) -> None:
    storage = quantity(mapping(spec, "resources", "requests").get("storage"))
    of_class = f"{spec.get('storageClassName')}.storageclass.storage.k8s.io/"
    for prefix in ("", of_class):
        total[f"{prefix}requests.storage"] += storage * count
        total[f"{prefix}persistentvolumeclaims"] += count
