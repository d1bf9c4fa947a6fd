"""Volumes that servers have and applications do not: data, and paths of the node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdk8s_plus_27 import k8s

from constructs_lib import quantities
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.footprint import Claim
from constructs_lib.rules import check_mount_path, check_name
from constructs_lib.storage import ReclaimPolicy, StorageClass


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claimed:
    name: str
    mount_path: str
    tier: StorageClass
    size: str

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_name(f"{kind}.name", self.name)
        check_mount_path(f"{kind}.mount_path", self.mount_path)
        quantities.parse_bytes(self.size, f"{kind}.size")

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return self.name

    @property
    def read_only(self) -> bool:
        """False."""
        return False

    @property
    def revisions(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def claim(self, pods: int) -> Claim:
        """Return what the quota counts for so many pods."""
        size = quantities.parse_bytes(self.size, f"{type(self).__name__}.size")
        return Claim(storage_class=self.tier.name, size=size, count=pods)

    def claim_spec(self) -> k8s.PersistentVolumeClaimSpec:
        """Return what is claimed for each pod."""
        return k8s.PersistentVolumeClaimSpec(
            access_modes=["ReadWriteOnce"],
            storage_class_name=self.tier.name,
            resources=k8s.ResourceRequirements(requests={"storage": quantities.to_kube(self.size)}),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Data(_Claimed):
    """A volume that each pod of a StatefulSet keeps when it is replaced.

    It is no volume of the pod's template: the StatefulSet adds it from the claim.

    Args:
        name: of the claim, such as ``data``; the pod's name is added.
        mount_path: where the process finds it.
        tier: the class of storage.
        size: such as ``50Gi``.

    Raises:
        ConfigurationError: a name, path or size that cannot be.
    """

    def template(self, labels: Mapping[str, str]) -> k8s.KubePersistentVolumeClaimProps:
        """Return the claim template."""
        return k8s.KubePersistentVolumeClaimProps(
            metadata=k8s.ObjectMeta(name=self.name, labels=dict(labels)), spec=self.claim_spec()
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace(_Claimed):
    """A volume that lives as long as its pod, for what is too big for the node's disk.

    Args:
        name: of the volume.
        mount_path: where the process finds it.
        tier: the class of storage.
        size: such as ``50Gi``.

    Raises:
        ConfigurationError: a name, path or size that cannot be, or a class that
            retains: each pod would leave a disk behind.
    """

    def __post_init__(self) -> None:
        _Claimed.__post_init__(self)
        if self.tier.reclaim_policy is not ReclaimPolicy.DELETE:
            raise ConfigurationError(
                "Workspace.tier",
                self.tier.name,
                "use a class with ReclaimPolicy.DELETE, or each pod leaves a disk behind",
            )

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.name,
            ephemeral=k8s.EphemeralVolumeSource(
                volume_claim_template=k8s.PersistentVolumeClaimTemplate(spec=self.claim_spec())
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedMemory:
    """Memory that the processes of a container share; it counts to theirs.

    Args:
        size: the most of it.

    Raises:
        ConfigurationError: a size that cannot be.
    """

    size: str

    def __post_init__(self) -> None:
        quantities.parse_bytes(self.size, "SharedMemory.size")

    @property
    def mount_path(self) -> str:
        """Where programs look for it."""
        return "/dev/shm"  # noqa: S108

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return "shared-memory"

    @property
    def read_only(self) -> bool:
        """False."""
        return False

    @property
    def revisions(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            empty_dir=k8s.EmptyDirVolumeSource(
                medium="Memory", size_limit=quantities.to_kube(self.size)
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class HostDirectory:
    """A directory of the node, for an agent that reads what the node has.

    Args:
        name: of the volume.
        path: on the node.
        mount_path: where the process finds it.
        read_only: the usual; without it the directory is made where it is missing.

    Raises:
        ConfigurationError: a name or path that cannot be.
    """

    name: str
    path: str
    mount_path: str
    read_only: bool = True

    def __post_init__(self) -> None:
        check_name("HostDirectory.name", self.name)
        check_mount_path("HostDirectory.mount_path", self.mount_path)

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return self.name

    @property
    def revisions(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.name,
            host_path=k8s.HostPathVolumeSource(
                path=self.path, type=None if self.read_only else "DirectoryOrCreate"
            ),
        )

    def mount(self) -> k8s.VolumeMount:
        """Return the typed mount: what the node mounts and unmounts later, the agent follows.

        An agent that kept what is unmounted would hold the disks of other pods.
        """
        return k8s.VolumeMount(
            name=self.volume_name,
            mount_path=self.mount_path,
            read_only=self.read_only or None,
            mount_propagation="HostToContainer",
        )
