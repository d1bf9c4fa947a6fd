"""Namespaces as objects, each with its Pod Security level."""

from __future__ import annotations

from collections.abc import Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.namespaces import ExistingNamespace, Namespace
from constructs_lib.pods.defaults import PodDefaults

# What a level forbids grows with Kubernetes. Enforcing the oldest supported
# version keeps an upgrade of the cluster from refusing pods; the newest warns.
_ENFORCED_VERSION = "v1.27"


def close_default_account(scope: Construct, namespace: Namespace) -> k8s.KubeServiceAccount:
    """Create the ServiceAccount `default` without a token; pods of the platform name their own.

    Pods that somebody starts by hand use it, so it has labels and pull secrets as accounts of
    the platform do (`PodDefaults`), but not their annotations: those may be a role at a cloud.

    The cluster creates this account with its namespace, so that `kubectl apply` says once that
    it takes it over.
    """
    defaults = PodDefaults.of(scope)
    return k8s.KubeServiceAccount(
        scope,
        f"DefaultAccount-{namespace.name}",
        metadata=names.metadata(
            scope,
            "ServiceAccount",
            "default",
            namespace=namespace.name,
            labels=defaults.account_labels,
        ),
        image_pull_secrets=defaults.pull_references,
        automount_service_account_token=False,
    )


def namespace_objects(scope: Construct, namespaces: Sequence[Namespace]) -> None:
    """Create the Namespaces that are not there already."""
    for namespace in namespaces:
        if not isinstance(namespace, ExistingNamespace):
            _namespace_object(scope, namespace)


def _namespace_object(scope: Construct, namespace: Namespace) -> None:
    level = namespace.pod_security.value
    prefix = "pod-security.kubernetes.io"
    k8s.KubeNamespace(
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
