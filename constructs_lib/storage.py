"""Where volumes come from: a tier that the platform makes, or a class that the cluster has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from constructs_lib.rules import check_label_key, check_member, check_name, check_text
from constructs_lib.secret_shapes import check_no_secret


class ReclaimPolicy(StrEnum):
    """What happens to a volume when its claim is deleted."""

    RETAIN = "Retain"
    DELETE = "Delete"


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotClass:
    """A class that snapshots are taken with, which is in the cluster.

    Args:
        name: of the VolumeSnapshotClass.
        deletion_policy: what happens to a snapshot in the storage when its
            object is deleted.

    Raises:
        ConfigurationError: a name that Kubernetes refuses.
    """

    name: str
    deletion_policy: ReclaimPolicy

    def __post_init__(self) -> None:
        check_name("SnapshotClass.name", self.name)
        check_member("SnapshotClass.deletion_policy", self.deletion_policy, ReclaimPolicy)


@dataclass(frozen=True, kw_only=True, slots=True)
class StorageTier:
    """A class of volumes that are provisioned when a pod first needs one.

    Args:
        name: the name of the StorageClass, such as ``fast``.
        provisioner: the CSI driver that makes the volumes, such as
            ``ebs.csi.aws.com``. Required: there is no driver that all clusters have.
        parameters: what the driver is told, such as ``{"type": "gp3"}``.
        reclaim_policy: kept by default, since a deleted claim is more often a
            mistake than a wish.
        is_default: whether claims that name no class get this one. One tier at most.

    Raises:
        ConfigurationError: a name that Kubernetes refuses.
    """

    name: str
    provisioner: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    reclaim_policy: ReclaimPolicy = ReclaimPolicy.RETAIN
    is_default: bool = False

    def __post_init__(self) -> None:
        check_name("StorageTier.name", self.name)
        check_label_key("StorageTier.provisioner", self.provisioner)
        check_member("StorageTier.reclaim_policy", self.reclaim_policy, ReclaimPolicy)
        for key, value in self.parameters.items():
            check_label_key("StorageTier.parameters", key)
            check_text(f"StorageTier.parameters[{key!r}]", value)
            check_no_secret(f"StorageTier.parameters[{key!r}]", value)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExistingStorageClass:
    """A StorageClass that is in the cluster already, such as ``standard`` of kind and minikube.

    A baseline makes no object of it, and counts what is claimed of it like that of a tier.

    Args:
        name: of the StorageClass. ``kubectl get storageclass`` shows it, and its reclaim policy.
        reclaim_policy: what happens to its volumes when their claims are deleted.
            ``Delete`` is what most of those have that come with a cluster: the data are
            gone with the claim then.

    Raises:
        ConfigurationError: a name that Kubernetes refuses.
    """

    name: str
    reclaim_policy: ReclaimPolicy

    def __post_init__(self) -> None:
        check_name("ExistingStorageClass.name", self.name)
        check_member("ExistingStorageClass.reclaim_policy", self.reclaim_policy, ReclaimPolicy)


StorageClass = StorageTier | ExistingStorageClass
"""Whatever volumes can be claimed of."""
