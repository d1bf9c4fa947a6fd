"""Where volumes come from: a StorageClass that the platform makes, or one that the cluster has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Protocol

from constructs_lib.ebs import Ebs
from constructs_lib.errors import ConfigurationError
from constructs_lib.quantities import parse_bytes
from constructs_lib.rules import check_label_key, check_member, check_name, check_text
from constructs_lib.secret_detection import check_no_secret
from constructs_lib.values import Value


class ReclaimPolicy(StrEnum):
    """What happens to a volume when its claim is deleted."""

    RETAIN = "Retain"
    DELETE = "Delete"


class SnapshotClass(Value):
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


class _Provisioner(Protocol):
    """What a CSI driver makes of the parameters of a class."""

    def parameters(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return what the driver is told."""
        ...

    def sizes(self, given: Mapping[str, str]) -> tuple[int, int]:
        """Return the least and the most GiB of a volume; refuse parameters that cannot work."""
        ...


class _Unknown:
    """A driver of which nothing is known: it is told what is given, and makes any volume."""

    def parameters(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return what is given."""
        return given

    def sizes(self, given: Mapping[str, str]) -> tuple[int, int]:
        """Return all sizes."""
        return 1, 64 * 1024


_PROVISIONERS: Mapping[str, _Provisioner] = {"ebs.csi.aws.com": Ebs()}


class StorageClass(Value):
    """A class of volumes that are provisioned when a pod first needs one.

    Args:
        name: the name of the StorageClass, such as ``fast``.
        provisioner: the CSI driver that makes the volumes, such as
            ``ebs.csi.aws.com``. Required: there is no driver that all clusters have.
        parameters: what the driver is told, such as ``{"type": "gp3"}``. Volumes of
            ``ebs.csi.aws.com`` are encrypted unless it is told ``"encrypted": "false"``, and a
            claim that it cannot make is refused. Of other drivers nothing is known:
            they are told what is written here, and take any claim.
        reclaim_policy: kept by default, since a deleted claim is more often a
            mistake than a wish.
        is_default: whether claims that name no class get this one. One class at most.

    Raises:
        ConfigurationError: a name that Kubernetes refuses, or parameters that no volume
            can be made with.
    """

    name: str
    provisioner: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    reclaim_policy: ReclaimPolicy = ReclaimPolicy.RETAIN
    is_default: bool = False

    def __post_init__(self) -> None:
        check_name("StorageClass.name", self.name)
        check_label_key("StorageClass.provisioner", self.provisioner)
        check_member("StorageClass.reclaim_policy", self.reclaim_policy, ReclaimPolicy)
        for key, value in self.parameters.items():
            check_label_key("StorageClass.parameters", key)
            check_text(f"StorageClass.parameters[{key!r}]", value)
            check_no_secret(f"StorageClass.parameters[{key!r}]", value)
        self._provisioner.sizes(self.parameters)

    @property
    def class_parameters(self) -> Mapping[str, str]:
        """What the driver is told, with what is its default here."""
        return self._provisioner.parameters(self.parameters)

    def check_claim(self, field: str, size: str) -> None:
        """Refuse a size that the driver cannot make a volume of.

        Args:
            field: where it is written.
            size: such as ``100Gi``.
        """
        least, most = self._provisioner.sizes(self.parameters)
        # Drivers make whole GiB.
        if not least <= math.ceil(parse_bytes(size, field) / 2**30) <= most:
            raise ConfigurationError(
                field,
                size,
                f"use {least}Gi to {most // 1024}Ti, or a class other than '{self.name}': with its "
                f"parameters {self.provisioner} makes no such volume",
            )

    @property
    def _provisioner(self) -> _Provisioner:
        return _PROVISIONERS.get(self.provisioner, _Unknown())


class ExistingStorageClass(Value):
    """A StorageClass that is in the cluster already, such as ``standard`` of kind and minikube.

    A baseline makes no object of it, and counts what is claimed of it like the others.

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

    def check_claim(self, field: str, size: str) -> None:
        """Refuse what is no size: of its driver nothing is known."""
        parse_bytes(size, field)


AnyStorageClass = StorageClass | ExistingStorageClass
"""A StorageClass that volumes can be claimed of, whoever makes it."""
