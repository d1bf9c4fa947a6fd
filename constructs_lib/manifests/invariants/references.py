"""Invariants of references: the objects that manifests name exist."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from constructs_lib.manifests.configuration_reads import config_maps_read
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.platform import name_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform

BINDINGS = (
    "RoleBinding.rbac.authorization.k8s.io",
    "ClusterRoleBinding.rbac.authorization.k8s.io",
)
_IN_EVERY_CLUSTER = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
_MADE_BY_THE_CLUSTER = frozenset({"kube-root-ca.crt"})
_BUILT_IN_ROLES = frozenset({"admin", "cluster-admin", "edit", "view"})
# https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
_BUILT_IN_ROLES_OF_KUBE_SYSTEM = frozenset({"extension-apiserver-authentication-reader"})


def config_maps_exist(platform: Platform) -> Iterator[Violation]:
    """A pod does not start without the ConfigMaps and keys that it reads."""
    for workload in platform.workloads:
        for read in config_maps_read(workload):
            if read.optional or read.name in _MADE_BY_THE_CLUSTER:
                continue
            config_map = platform.get("ConfigMap", workload.namespace, read.name)
            if config_map is None:
                if not platform.has("ConfigMap", workload.namespace, read.name):
                    yield workload.manifest, f"there is no ConfigMap {read.name}"
                continue
            keys = {*mapping(config_map, "data"), *mapping(config_map, "binaryData")}
            for key in sorted(read.keys - keys):
                yield workload.manifest, f"ConfigMap {read.name} has no key {key}"


def service_accounts_exist(platform: Platform) -> Iterator[Violation]:
    """Pods run as service accounts that exist."""
    for workload in platform.workloads:
        name = field(workload.pod, "serviceAccountName", default="default")
        if name != "default" and not platform.has("ServiceAccount", workload.namespace, name):
            yield workload.manifest, f"there is no ServiceAccount {name}"


def subjects_exist(platform: Platform) -> Iterator[Violation]:
    """Bindings grant to service accounts that exist, as far as their namespace is known."""
    for binding in platform.of_kind(*BINDINGS):
        for subject in mappings(binding, "subjects"):
            name = field(subject, "name", default="")
            namespace = field(subject, "namespace", default=namespace_of(binding))
            if (
                subject.get("kind") == "ServiceAccount"
                and namespace in platform.namespaces
                and not platform.has("ServiceAccount", namespace, name)
            ):
                yield binding, f"there is no ServiceAccount {namespace}/{name}"


def roles_exist(platform: Platform) -> Iterator[Violation]:
    """A binding to a role that does not exist grants nothing."""
    for binding in platform.of_kind(*BINDINGS):
        role = field(binding, "roleRef", "kind", default="")
        name = field(binding, "roleRef", "name", default="")
        if role == "ClusterRole" and (name in _BUILT_IN_ROLES or name.startswith("system:")):
            continue
        namespace = namespace_of(binding) if role == "Role" else ""
        if namespace == "kube-system" and name in _BUILT_IN_ROLES_OF_KUBE_SYSTEM:
            continue
        if not platform.has(f"{role}.rbac.authorization.k8s.io", namespace, name):
            yield binding, f"there is no {role} {name}"


def claims_exist(platform: Platform) -> Iterator[Violation]:
    """A pod of a claim that does not exist stays pending."""
    for workload in platform.workloads:
        for volume in mappings(workload.pod, "volumes"):
            name = field(volume, "persistentVolumeClaim", "claimName", default="")
            if name and not platform.has("PersistentVolumeClaim", workload.namespace, name):
                yield workload.manifest, f"there is no PersistentVolumeClaim {name}"


def storage_classes_exist(platform: Platform) -> Iterator[Violation]:
    """A claim of a StorageClass that does not exist stays pending."""
    for claim in platform.of_kind("PersistentVolumeClaim"):
        name = field(claim, "spec", "storageClassName", default="")
        if name and not platform.has("StorageClass.storage.k8s.io", "", name):
            yield claim, f"there is no StorageClass {name}"
    for workload in platform.workloads:
        for spec in workload.claims:
            name = field(spec, "storageClassName", default="")
            if name and not platform.has("StorageClass.storage.k8s.io", "", name):
                yield workload.manifest, f"there is no StorageClass {name}"


def priority_classes_exist(platform: Platform) -> Iterator[Violation]:
    """The API server rejects pods of an unknown PriorityClass."""
    for workload in platform.workloads:
        name = field(workload.pod, "priorityClassName", default="")
        if not name or name.startswith("system-"):
            continue
        if not platform.has("PriorityClass.scheduling.k8s.io", "", name):
            yield workload.manifest, f"there is no PriorityClass {name}"


def namespaces_exist(platform: Platform) -> Iterator[Violation]:
    """A platform that creates namespaces creates all that it uses."""
    if not platform.of_kind("Namespace"):
        return
    for manifest in platform.manifests:
        name = namespace_of(manifest)
        if name and name not in _IN_EVERY_CLUSTER and not platform.has("Namespace", "", name):
            yield manifest, f"there is no Namespace {name}"


def volume_mounts_have_a_volume(platform: Platform) -> Iterator[Violation]:
    """Containers mount volumes of their pod, each at a path of its own."""
    for workload in platform.workloads:
        volumes = {field(v, "name", default="") for v in mappings(workload.pod, "volumes")}
        templates = mappings(workload.manifest, "spec", "volumeClaimTemplates")
        volumes |= {name_of(template) for template in templates}
        for container in workload.all_containers:
            mounts = mappings(container, "volumeMounts")
            held = (*mounts, *mappings(container, "volumeDevices"))
            for name in sorted({field(each, "name", default="") for each in held} - volumes):
                yield workload.manifest, f"{container.get('name')} mounts no volume {name}"
            for path, count in Counter(field(m, "mountPath", default="") for m in mounts).items():
                if count > 1:
                    yield workload.manifest, f"{container.get('name')} mounts {path} twice"
