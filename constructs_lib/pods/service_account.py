"""The ServiceAccount of a workload, with a Role if it calls the Kubernetes API."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.rbac import KubernetesPermissions
from constructs_lib.labels import Identity
from constructs_lib.pods.defaults import PodDefaults
from constructs_lib.pods.rbac import namespaced_role


def service_account(
    scope: Construct,
    identity: Identity,
    permissions: KubernetesPermissions | None,
    *,
    annotations: Mapping[str, str] = MappingProxyType({}),
) -> k8s.KubeServiceAccount:
    """Create the account, and a Role with its binding if it has permissions.

    Args:
        scope: the parent construct.
        identity: of the workload.
        permissions: in its namespace; optional.
        annotations: of the account, such as the role that it has at a cloud.
    """
    defaults = PodDefaults.of(scope)
    account = k8s.KubeServiceAccount(
        scope,
        "ServiceAccount",
        metadata=names.metadata(
            scope,
            "ServiceAccount",
            identity.name,
            namespace=identity.namespace,
            labels={**defaults.account_labels, **identity.labels},
            annotations={**defaults.account_annotations, **annotations},
        ),
        image_pull_secrets=defaults.pull_references,
        automount_service_account_token=False,
    )
    if permissions is not None:
        namespaced_role(scope, identity, identity.namespace, permissions.rules)
    return account
