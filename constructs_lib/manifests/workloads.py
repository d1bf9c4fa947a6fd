"""Workloads in manifests: objects of any kind that create pods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from constructs_lib.manifests.fields import Manifest, field, mapping, mappings
from constructs_lib.values import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATES: dict[tuple[str, str], tuple[str, ...]] = {
    ("v1", "Pod"): (),
    ("apps/v1", "Deployment"): ("spec", "template"),
    ("apps/v1", "ReplicaSet"): ("spec", "template"),
    ("apps/v1", "StatefulSet"): ("spec", "template"),
    ("apps/v1", "DaemonSet"): ("spec", "template"),
    ("batch/v1", "Job"): ("spec", "template"),
    ("batch/v1", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
}
_RUN_TO_THE_END = frozenset({"CronJob", "Job", "Pod"})


class ContainerPort(NamedTuple):
    """A port that a container declares.

    Args:
        name: its name; empty for none.
        number: the port of the pod.
        protocol: TCP, UDP or SCTP.
    """

    name: str
    number: int
    protocol: str


class WorkloadManifest(Value):
    """A manifest of an object that creates pods, with its pod template.

    Args:
        manifest: the object.
        kind: such as Deployment, Job or Pod.
        namespace: where its pods run.
        name: the name of the object.
        labels: the labels of its pods.
        annotations: the annotations of its pods.
        pod: the spec of its pods.
    """

    manifest: Manifest
    kind: str
    namespace: str
    name: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    pod: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Its namespace and name, such as ``app/web``."""
        return f"{self.namespace}/{self.name}"

    @property
    def runs_for_long(self) -> bool:
        """Whether its pods are kept running, rather than run to completion."""
        return self.kind not in _RUN_TO_THE_END

    @property
    def selector(self) -> Mapping[str, Any]:
        """The LabelSelector of its pods; empty for jobs and pods."""
        return mapping(self.manifest, "spec", "selector") if self.runs_for_long else {}

    @property
    def containers(self) -> list[dict[str, Any]]:
        """The containers that run at the same time, native sidecars included."""
        return mappings(self.pod, "containers") + [
            container
            for container in mappings(self.pod, "initContainers")
            if container.get("restartPolicy") == "Always"
        ]

    @property
    def init_containers(self) -> list[dict[str, Any]]:
        """The init containers, native sidecars excluded."""
        return [
            container
            for container in mappings(self.pod, "initContainers")
            if container.get("restartPolicy") != "Always"
        ]

    @property
    def all_containers(self) -> list[dict[str, Any]]:
        """Containers and init containers."""
        return self.containers + self.init_containers

    @property
    def claims(self) -> list[dict[str, Any]]:
        """The specs of the PersistentVolumeClaims of each of its pods."""
        templates = mappings(self.manifest, "spec", "volumeClaimTemplates")
        templates += [
            mapping(volume, "ephemeral", "volumeClaimTemplate")
            for volume in mappings(self.pod, "volumes")
            if "ephemeral" in volume
        ]
        return [mapping(template, "spec") for template in templates]

    @property
    def ports(self) -> list[ContainerPort]:
        """The ports that its containers declare."""
        return [
            ContainerPort(
                field(port, "name", default=""),
                field(port, "containerPort", default=0),
                field(port, "protocol", default="TCP"),
            )
            for container in self.containers
            for port in mappings(container, "ports")
        ]


def template_path(manifest: Manifest) -> tuple[str, ...] | None:
    """Return where the pod template of an object is, or None if it creates no pods.

    A custom resource that has a selector and a template as a Deployment has them is read as one.
    """
    kind, version = (field(manifest, name, default="") for name in ("kind", "apiVersion"))
    if (version, kind) in _TEMPLATES or "." not in version.partition("/")[0]:
        return _TEMPLATES.get((version, kind))
    spec = mapping(manifest, "spec")
    has_pods = mapping(spec, "selector") and mappings(spec, "template", "spec", "containers")
    return ("spec", "template") if has_pods else None


def workload_of(manifest: Manifest) -> WorkloadManifest | None:
    """Return an object as a workload, or None if it creates no pods."""
    path = template_path(manifest)
    if path is None:
        return None
    template = mapping(manifest, *path)
    return WorkloadManifest(
        manifest=manifest,
        kind=field(manifest, "kind", default=""),
        namespace=field(manifest, "metadata", "namespace", default=""),
        name=field(manifest, "metadata", "name", default=""),
        labels=mapping(template, "metadata", "labels"),
        annotations=mapping(template, "metadata", "annotations"),
        pod=mapping(template, "spec"),
    )
