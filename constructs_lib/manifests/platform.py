"""All manifests of a platform, indexed for the invariants."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import Manifest, field, mapping
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.workloads import WorkloadManifest, workload_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def kind_of(manifest: Manifest) -> str:
    """Return kind and API group as kubectl writes them: ``Service``, ``Deployment.apps``."""
    group, slash, _ = field(manifest, "apiVersion", default="").partition("/")
    kind = field(manifest, "kind", default="")
    return f"{kind}.{group}" if slash else kind


def name_of(manifest: Manifest) -> str:
    """Return the name of an object."""
    return field(manifest, "metadata", "name", default="")


def namespace_of(manifest: Manifest) -> str:
    """Return the namespace of an object; empty for cluster-scoped ones."""
    return field(manifest, "metadata", "namespace", default="")


def describe(manifest: Manifest) -> str:
    """Return kind, namespace and name of an object: ``Deployment app/web``."""
    path = "/".join(filter(None, (namespace_of(manifest), name_of(manifest))))
    return f"{field(manifest, 'kind', default='object')} {path}"


class Platform:
    """Manifests that are checked together.

    Args:
        manifests: the objects.
        given: further objects of the cluster, as ``Kind/name`` or ``Kind/namespace/name``.
    """

    def __init__(self, manifests: Sequence[Manifest], given: Collection[str] = ()) -> None:
        self.manifests = manifests
        self.workloads = [w for w in map(workload_of, manifests) if w is not None]
        self._given = frozenset(given)
        self._by_kind: dict[str, list[Manifest]] = defaultdict(list)
        self._by_name: dict[tuple[str, str, str], Manifest] = {}
        for manifest in manifests:
            kind = kind_of(manifest)
            self._by_kind[kind].append(manifest)
            self._by_name[kind, namespace_of(manifest), name_of(manifest)] = manifest

    def of_kind(self, *kinds: str, namespace: str | None = None) -> list[Manifest]:
        """Return the objects of kinds such as ``Deployment.apps``, of one namespace or all."""
        return [
            manifest
            for kind in kinds
            for manifest in self._by_kind.get(kind, [])
            if namespace is None or namespace_of(manifest) == namespace
        ]

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """Return one object, or None; the namespace of cluster-scoped ones is empty."""
        return self._by_name.get((kind, namespace, name))

    def has(self, kind: str, namespace: str, name: str) -> bool:
        """Tell whether an object is in the manifests or given."""
        path = "/".join(filter(None, (kind.partition(".")[0], namespace, name)))
        return (kind, namespace, name) in self._by_name or path in self._given

    def pods(self, namespace: str, selector: Manifest) -> list[WorkloadManifest]:
        """Return the workloads of a namespace whose pods a LabelSelector matches."""
        return [
            workload
            for workload in self.workloads
            if workload.namespace == namespace and selects(selector, workload.labels)
        ]

    @property
    def namespaces(self) -> set[str]:
        """The namespaces that the platform creates, or runs pods in."""
        made = {name_of(namespace) for namespace in self.of_kind("Namespace")}
        return made | {workload.namespace for workload in self.workloads}

    def namespace_labels(self, name: str) -> dict[str, str]:
        """Return the labels of a namespace, with the one that the API server adds."""
        namespace = self.get("Namespace", "", name)
        return {**mapping(namespace, "metadata", "labels"), "kubernetes.io/metadata.name": name}
