"""A VolumeSnapshotClass for each StorageClass, for clusters with the CSI snapshot controller."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import ConfigurationError
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.rules import check_distinct
from constructs_lib.scopes import check_no_namespace
from constructs_lib.storage import ReclaimPolicy, SnapshotClass, StorageClass

# Volume plugins that were part of Kubernetes; only CSI drivers take snapshots.
_IN_TREE = "kubernetes.io/"


class SnapshotClasses(NamedConstruct):
    """VolumeSnapshotClasses for the volumes of StorageClasses.

    Creates one for each StorageClass, with its name. The CRDs and the controller are
    add-ons: keep it in a file of its own, which is applied after those.

    Args:
        scope: a chart without a namespace.
        id: any name.
        storage: the StorageClasses of the baseline.
        deletion_policy: of snapshots in the storage when their VolumeSnapshot is deleted.
            Retained by default, so that one by hand outlives its namespace;
            `VolumeSnapshots` need it deleted.

    Raises:
        ConfigurationError: a provisioner without snapshots, two
            classes of one name, or two default ones.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        storage: Sequence[StorageClass],
        deletion_policy: ReclaimPolicy = ReclaimPolicy.RETAIN,
    ) -> None:
        check_no_namespace(scope)
        super().__init__(scope, id)
        check_distinct("SnapshotClasses.storage", [each.name for each in storage])
        defaults = [each.name for each in storage if each.is_default]
        if len(defaults) > 1:
            raise ConfigurationError("StorageClass.is_default", defaults, "choose one at most")
        for each in storage:
            if each.provisioner.startswith(_IN_TREE):
                raise ConfigurationError(
                    "StorageClass.provisioner",
                    each.provisioner,
                    "leave the class out, or use a CSI driver such as 'ebs.csi.aws.com': "
                    "no other provisioner takes snapshots",
                )
            _snapshot_class(self, each, deletion_policy)
        self._classes = {
            each.name: SnapshotClass(name=each.name, deletion_policy=deletion_policy)
            for each in storage
        }

    def of(self, storage_class: StorageClass) -> SnapshotClass:
        """Return the VolumeSnapshotClass of volumes of a StorageClass, for `VolumeSnapshots`."""
        if storage_class.name not in self._classes:
            raise ConfigurationError(
                "SnapshotClasses.storage", sorted(self._classes), f"add {storage_class.name!r}"
            )
        return self._classes[storage_class.name]


def _snapshot_class(
    scope: Construct, storage_class: StorageClass, deletion_policy: ReclaimPolicy
) -> None:
    default = {"snapshot.storage.kubernetes.io/is-default-class": "true"}
    CustomResource(
        scope,
        f"VolumeSnapshotClass-{storage_class.name}",
        api_version="snapshot.storage.k8s.io/v1",
        kind="VolumeSnapshotClass",
        metadata=names.metadata(
            scope,
            "VolumeSnapshotClass",
            storage_class.name,
            field="StorageClass.name",
            annotations=default if storage_class.is_default else None,
        ),
        fields={"deletionPolicy": deletion_policy.value, "driver": storage_class.provisioner},
    )
