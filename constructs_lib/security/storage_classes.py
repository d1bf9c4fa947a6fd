"""Storage tiers as storage classes."""

from __future__ import annotations

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.storage import StorageTier


def storage_class(scope: Construct, tier: StorageTier) -> k8s.KubeStorageClass:
    """Make the class of a tier.

    Volumes are made where their first pod runs, so that a volume and its pod
    are in one zone, and can grow.
    """
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    return k8s.KubeStorageClass(
        scope,
        f"StorageClass-{tier.name}",
        metadata=names.metadata(
            scope,
            "StorageClass",
            tier.name,
            field="StorageTier.name",
            annotations=default if tier.is_default else None,
        ),
        provisioner=tier.provisioner,
        parameters=dict(tier.class_parameters) or None,
        reclaim_policy=tier.reclaim_policy.value,
        allow_volume_expansion=True,
        volume_binding_mode="WaitForFirstConsumer",
    )
