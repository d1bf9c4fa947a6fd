"""StorageClasses, created by the platform or existing in the cluster."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Protocol

from constructs_lib.azure_disks import AzureDisks
from constructs_lib.ebs import Ebs
from constructs_lib.errors import reject
from constructs_lib.gce_disks import GceDisks
from constructs_lib.quantities import parse_bytes
from constructs_lib.rules import check_label_key, check_name, check_subdomain, check_text
from constructs_lib.secret_detection import check_no_secret
from constructs_lib.values import Value


class ReclaimPolicy(StrEnum):
    """What happens to a volume when its claim is deleted."""

    RETAIN = "Retain"
    DELETE = "Delete"


class SnapshotClass(Value):
    """A VolumeSnapshotClass of the cluster.

    Args:
        name: of the VolumeSnapshotClass.
        deletion_policy: of snapshots in the storage when their VolumeSnapshot is deleted.

    Raises:
        ConfigurationError: a name that Kubernetes refuses.
    """

    name: str
    deletion_policy: ReclaimPolicy

    def __post_init__(self) -> None:
        check_name("SnapshotClass.name", self.name)


class _Provisioner(Protocol):
    """A CSI driver: its parameters and the sizes of its volumes."""

    def parameters(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return the parameters of the driver."""
        ...

    def sizes(self, given: Mapping[str, str]) -> tuple[int, int]:
        """Return the least and the most GiB of a volume; refuse parameters that cannot work."""
        ...


class VolumeSizes(Value):
    """The sizes of volumes that a driver makes, where the library does not know it.

    Args:
        least: such as ``10Gi``.
        most: such as ``16Ti``.
        grow: whether a volume can be made larger.

    Raises:
        ConfigurationError: no sizes, or a least above the most.
    """

    least: str = "1Gi"
    most: str = "64Ti"
    grow: bool = True

    def __post_init__(self) -> None:
        least, most = self.gib
        if least > most:
            reject("VolumeSizes.most", self.most, f"use at least {self.least}")

    @property
    def gib(self) -> tuple[int, int]:
        """The least and the most GiB."""
        least, most = (
            math.ceil(parse_bytes(getattr(self, field), f"VolumeSizes.{field}") / 2**30)
            for field in ("least", "most")
        )
        return least, most


class _Unknown:
    """Any other driver: its parameters are passed on."""

    def parameters(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return the given parameters."""
        return given

    def sizes(self, given: Mapping[str, str]) -> tuple[int, int]:
        """Return all sizes."""
        return VolumeSizes().gib


_PROVISIONERS: Mapping[str, _Provisioner] = {
    "disk.csi.azure.com": AzureDisks(),
    "ebs.csi.aws.com": Ebs(),
    "pd.csi.storage.gke.io": GceDisks(),
}
# Their volumes are made by hand or are folders of a node, and stay as large as they are.
_LOCAL = frozenset({"kubernetes.io/no-provisioner", "rancher.io/local-path"})


class StorageClass(Value):
    """A class of volumes that are provisioned when a pod first needs one.

    Args:
        name: the name of the StorageClass, such as ``fast``.
        provisioner: the CSI driver, such as
            ``ebs.csi.aws.com``. Required: there is no driver that all clusters have.
        parameters: of the driver, such as ``{"type": "gp3"}``. Volumes of ``ebs.csi.aws.com``
            are encrypted unless ``"encrypted": "false"``; those of ``pd.csi.storage.gke.io`` and
            ``disk.csi.azure.com`` always are. What these three cannot provision is refused.
            Parameters of other drivers are passed on.
        sizes: that another driver makes, or narrower ones than these three make.
        reclaim_policy: Retain by default, since claims are more often deleted by mistake.
        is_default: whether claims that name no class get this one. One class at most.

    Raises:
        ConfigurationError: a name that Kubernetes refuses, or parameters that no volume
            can be made with.
    """

    name: str
    provisioner: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    sizes: VolumeSizes = VolumeSizes()
    reclaim_policy: ReclaimPolicy = ReclaimPolicy.RETAIN
    is_default: bool = False

    def __post_init__(self) -> None:
        check_name("StorageClass.name", self.name)
        check_label_key("StorageClass.provisioner", self.provisioner)
        for key, value in self.parameters.items():
            check_label_key("StorageClass.parameters", key)
            check_text(f"StorageClass.parameters[{key!r}]", value)
            check_no_secret(f"StorageClass.parameters[{key!r}]", value)
        self._provisioner.sizes(self.parameters)

    @property
    def class_parameters(self) -> Mapping[str, str]:
        """The parameters of the class, with defaults."""
        return self._provisioner.parameters(self.parameters)

    @property
    def expands(self) -> bool:
        """Whether volumes of the class can grow."""
        return self.sizes.grow and self.provisioner not in _LOCAL

    def check_claim(self, field: str, size: str) -> None:
        """Refuse a size that the driver cannot provision.

        Args:
            field: where it is written.
            size: such as ``100Gi``.
        """
        limits = (self._provisioner.sizes(self.parameters), self.sizes.gib)
        least, most = max(least for least, _ in limits), min(most for _, most in limits)
        # Drivers make whole GiB.
        if not least <= math.ceil(parse_bytes(size, field) / 2**30) <= most:
            reject(
                field,
                size,
                f"use {least}Gi to {_written(most)}, or a class other than '{self.name}': with its "
                f"parameters {self.provisioner} makes no such volume",
            )

    @property
    def _provisioner(self) -> _Provisioner:
        return _PROVISIONERS.get(self.provisioner, _Unknown())


class ExistingStorageClass(Value):
    """A StorageClass that is in the cluster already, such as ``standard`` of kind and minikube.

    A baseline creates no object for it, and counts its claims like those of others.

    Args:
        name: of the StorageClass. ``kubectl get storageclass`` shows it, and its reclaim policy.
        reclaim_policy: what happens to its volumes when their claims are deleted.
            Those that come with a cluster mostly have ``Delete``, which deletes the data with
            the claim.

    Raises:
        ConfigurationError: a name that Kubernetes refuses.
    """

    name: str
    reclaim_policy: ReclaimPolicy

    def __post_init__(self) -> None:
        check_subdomain("ExistingStorageClass.name", self.name)

    def check_claim(self, field: str, size: str) -> None:
        """Refuse an invalid size; its driver is unknown."""
        parse_bytes(size, field)


def _written(gib: int) -> str:
    return f"{gib}Gi" if gib % 1024 else f"{gib // 1024}Ti"


AnyStorageClass = StorageClass | ExistingStorageClass
"""A StorageClass for claims, created or existing."""
