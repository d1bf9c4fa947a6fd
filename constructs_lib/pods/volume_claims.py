"""PersistentVolumeClaims and generic ephemeral volumes of pods."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names, quantities
from constructs_lib.errors import reject
from constructs_lib.facts.footprint import VolumeClaim
from constructs_lib.labels import Identity
from constructs_lib.pods.volumes import Mounted, Volume
from constructs_lib.rules import check_mount_path, check_name, check_subdomain
from constructs_lib.storage import AnyStorageClass, ReclaimPolicy
from constructs_lib.values import Value


class AccessMode(StrEnum):
    """Who may hold a volume at once."""

    READ_WRITE_ONCE = "ReadWriteOnce"
    """The pods of one node."""
    READ_WRITE_ONCE_POD = "ReadWriteOncePod"
    """One pod. The driver must be a CSI driver; Kubernetes has it in full since 1.29."""
    READ_WRITE_MANY = "ReadWriteMany"
    """Pods of several nodes."""


class VolumeMode(StrEnum):
    """What a container has of a volume."""

    FILESYSTEM = "Filesystem"
    """A directory."""
    BLOCK = "Block"
    """A device, which needs a user or group that may open it."""


class _Claimed(Value, Mounted):
    name: str
    mount_path: str
    storage_class: AnyStorageClass
    size: str
    access_mode: AccessMode = AccessMode.READ_WRITE_ONCE
    volume_mode: VolumeMode = VolumeMode.FILESYSTEM

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_name(f"{kind}.name", self.name)
        check_mount_path(f"{kind}.mount_path", self.mount_path)
        self.storage_class.check_claim(f"{kind}.size", self.size)

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return self.name

    @property
    def is_device(self) -> bool:
        """Whether there is a device at the path, and no directory."""
        return self.volume_mode is VolumeMode.BLOCK

    def claim(self, pods: int) -> VolumeClaim:
        """Return the claims of that many pods, for the quota."""
        size = quantities.parse_bytes(self.size, f"{type(self).__name__}.size")
        return VolumeClaim(storage_class=self.storage_class.name, size=size, count=pods)

    def claim_spec(self) -> k8s.PersistentVolumeClaimSpec:
        """Return the spec of a claim."""
        return k8s.PersistentVolumeClaimSpec(
            access_modes=[self.access_mode.value],
            storage_class_name=self.storage_class.name,
            # As the API server would fill it in: what it adds to a list that is replaced as a
            # whole makes a second manager's apply a conflict.
            volume_mode=self.volume_mode.value,
            resources=k8s.ResourceRequirements(requests={"storage": quantities.to_kube(self.size)}),
        )


class Data(_Claimed):
    """A volume claim template of a StatefulSet.

    It is no volume of the pod's template: the StatefulSet adds it from the claim.

    Args:
        name: of the claim, such as ``data``; the pod's name is added.
        mount_path: in the container.
        storage_class: that it is claimed of.
        size: such as ``50Gi``.
        access_mode: who may hold it at once.
        volume_mode: whether it is a directory, or a device at the path.

    Raises:
        ConfigurationError: a name, path or size that cannot be.
    """

    def template(self, labels: Mapping[str, str]) -> k8s.KubePersistentVolumeClaimProps:
        """Return the claim template."""
        return k8s.KubePersistentVolumeClaimProps(
            metadata=k8s.ObjectMeta(name=self.name, labels=dict(labels)), spec=self.claim_spec()
        )


class Workspace(_Claimed, Volume):
    """A generic ephemeral volume, for data too big for the disk of the node.

    Args:
        name: of the volume.
        mount_path: in the container.
        storage_class: that it is claimed of.
        size: such as ``50Gi``.
        access_mode: who may hold it at once.
        volume_mode: whether it is a directory, or a device at the path.

    Raises:
        ConfigurationError: a name, path or size that cannot be, or a class that
            retains: each pod would leave a disk behind.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.storage_class.reclaim_policy is not ReclaimPolicy.DELETE:
            reject(
                "Workspace.storage_class",
                self.storage_class.name,
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


class SharedClaim(_Claimed, Volume):
    """A volume that all pods of a workload hold, such as for uploads.

    Its claim is created with the workload, and is deleted by whoever prunes what has left the
    manifests: a class that retains keeps the data. Others mount it as an `ExistingClaim`.

    Args:
        name: the suffix of the claim, after the name of the workload.
        mount_path: in the container.
        storage_class: one whose driver has the mode; several nodes may write to NFS, CephFS, EFS
            or Azure Files.
        size: such as ``50Gi``.
        access_mode: who may hold it at once. All but ``READ_WRITE_MANY`` is for a workload that
            never has two pods: ``scaling=Replicas(count=1)`` and ``rollout=Recreate()``.
        volume_mode: whether it is a directory, or a device at the path.

    Raises:
        ConfigurationError: a name, path or size that cannot be.
    """

    access_mode: AccessMode = AccessMode.READ_WRITE_MANY

    def check_pods(self, pods: int) -> None:
        """Refuse more pods at once than may hold it.

        Args:
            pods: at the worst moment of a rollout.
        """
        if pods > 1 and self.access_mode is not AccessMode.READ_WRITE_MANY:
            reject(
                "SharedClaim.access_mode",
                self.access_mode,
                f"use AccessMode.READ_WRITE_MANY: there are {pods} pods at once, and those that "
                "may not hold it wait; or have one, with Replicas(count=1) and Recreate()",
            )

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return _volume(self.name, f"{workload}-{self.name}")

    def attach(self, scope: Construct, identity: Identity) -> None:
        """Create the claim."""
        k8s.KubePersistentVolumeClaim(
            scope,
            f"PersistentVolumeClaim-{self.name}",
            metadata=names.metadata(
                scope,
                "PersistentVolumeClaim",
                f"{identity.name}-{self.name}",
                namespace=identity.namespace,
                labels=identity.labels,
            ),
            spec=self.claim_spec(),
        )


class ExistingClaim(Value, Volume):
    """A PersistentVolumeClaim that is there already, or that another workload creates.

    Args:
        claim: its name, such as ``web-uploads``.
        mount_path: in the container.
        read_only: whether nothing can be written there.

    Raises:
        ConfigurationError: a name or path that cannot be.
    """

    claim: str
    mount_path: str
    read_only: bool = False

    def __post_init__(self) -> None:
        check_subdomain("ExistingClaim.claim", self.claim)
        check_mount_path("ExistingClaim.mount_path", self.mount_path)

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return f"claim-{self.claim.replace('.', '-')}"

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return _volume(self.volume_name, self.claim)


def _volume(name: str, claim: str) -> k8s.Volume:
    return k8s.Volume(
        name=name,
        persistent_volume_claim=k8s.PersistentVolumeClaimVolumeSource(claim_name=claim),
    )
