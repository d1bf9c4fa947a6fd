"""The StorageClass objects of a platform."""

from __future__ import annotations

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.storage import StorageClass


def storage_class(scope: Construct, described: StorageClass) -> k8s.KubeStorageClass:
    """Create a StorageClass.

    Volumes are bound when their first pod is scheduled, so that a volume and its pod
    are in one zone, and can be expanded where the driver can.
    """
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    return k8s.KubeStorageClass(
        scope,
        f"StorageClass-{described.name}",
        metadata=names.metadata(
            scope,
            "StorageClass",
            described.name,
            field="StorageClass.name",
            annotations=default if described.is_default else None,
        ),
        provisioner=described.provisioner,
        parameters=dict(described.class_parameters) or None,
        reclaim_policy=described.reclaim_policy.value,
        allow_volume_expansion=described.expands,
        volume_binding_mode="WaitForFirstConsumer",
    )
