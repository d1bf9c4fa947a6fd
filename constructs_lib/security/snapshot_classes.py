"""Storage tiers as classes of snapshots, for clusters with the CSI snapshot controller."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import ConfigurationError
from constructs_lib.names import NamedConstruct, check_no_namespace
from constructs_lib.rules import check_distinct
from constructs_lib.storage import ReclaimPolicy, SnapshotClass, StorageTier

# Volume plugins that were part of Kubernetes; only CSI drivers take snapshots.
_IN_TREE = "kubernetes.io/"


class SnapshotClasses(NamedConstruct):
    """For each storage tier a class that snapshots of its volumes are taken with.

    Creates a VolumeSnapshotClass a tier, named as the tier. Its CRDs and its
    controller are add-ons: keep it out of what an empty cluster is given.

    Args:
        scope: a chart without a namespace.
        id: any name.
        storage: the tiers, as the baseline has them.
        deletion_policy: what happens to a snapshot in the storage when its
            object is deleted. Kept by default, so that one that was taken by hand
            outlives its namespace; `VolumeSnapshots` need it deleted.

    Raises:
        ConfigurationError: a tier whose provisioner takes no snapshots, two
            tiers of one name, or two default tiers.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        storage: Sequence[StorageTier],
        deletion_policy: ReclaimPolicy = ReclaimPolicy.RETAIN,
    ) -> None:
        check_no_namespace(scope)
        super().__init__(scope, id)
        check_distinct("SnapshotClasses.storage", [tier.name for tier in storage])
        defaults = [tier.name for tier in storage if tier.is_default]
        if len(defaults) > 1:
            raise ConfigurationError("StorageTier.is_default", defaults, "choose one tier at most")
        for tier in storage:
            if tier.provisioner.startswith(_IN_TREE):
                raise ConfigurationError(
                    "StorageTier.provisioner",
                    tier.provisioner,
                    "leave the tier out, or use a CSI driver such as 'ebs.csi.aws.com': "
                    "no other provisioner takes snapshots",
                )
            _snapshot_class(self, tier, deletion_policy)
        self._classes = {
            tier.name: SnapshotClass(name=tier.name, deletion_policy=deletion_policy)
            for tier in storage
        }

    def of(self, tier: StorageTier) -> SnapshotClass:
        """Return the class of a tier, for `VolumeSnapshots` of its volumes."""
        if tier.name not in self._classes:
            raise ConfigurationError(
                "SnapshotClasses.storage", sorted(self._classes), f"add the tier {tier.name!r}"
            )
        return self._classes[tier.name]


def _snapshot_class(scope: Construct, tier: StorageTier, deletion_policy: ReclaimPolicy) -> None:
    default = {"snapshot.storage.kubernetes.io/is-default-class": "true"}
    CustomResource(
        scope,
        f"VolumeSnapshotClass-{tier.name}",
        api_version="snapshot.storage.k8s.io/v1",
        kind="VolumeSnapshotClass",
        metadata=names.metadata(
            scope,
            "VolumeSnapshotClass",
            tier.name,
            field="StorageTier.name",
            annotations=default if tier.is_default else None,
        ),
        fields={"deletionPolicy": deletion_policy.value, "driver": tier.provisioner},
    )
