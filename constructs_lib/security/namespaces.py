"""Namespaces as objects, each with its Pod Security level."""

from __future__ import annotations

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.namespaces import Namespace

# What a level forbids grows with Kubernetes. Enforcing the oldest supported
# version keeps an upgrade of the cluster from refusing pods; the newest warns.
_ENFORCED_VERSION = "v1.27"


def namespace_object(scope: Construct, namespace: Namespace) -> k8s.KubeNamespace:
    """Make a namespace."""
    level = namespace.pod_security.value
    prefix = "pod-security.kubernetes.io"
    return k8s.KubeNamespace(
        scope,
        f"Namespace-{namespace.name}",
        metadata=names.metadata(
            scope,
            "Namespace",
            namespace.name,
            field="Namespace.name",
            labels={
                f"{prefix}/enforce": level,
                f"{prefix}/enforce-version": _ENFORCED_VERSION,
                f"{prefix}/audit": level,
                f"{prefix}/audit-version": "latest",
                f"{prefix}/warn": level,
                f"{prefix}/warn-version": "latest",
            },
        ),
    )
