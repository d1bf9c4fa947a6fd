"""The account of a workload, and the little that it may do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.access import Access, KubernetesAccess
from constructs_lib.pods.defaults import PodDefaults


def service_account(
    scope: Construct,
    identity: names.Identity,
    access: KubernetesAccess | None,
    *,
    annotations: Mapping[str, str] = MappingProxyType({}),
) -> k8s.KubeServiceAccount:
    """Make the account; a Role and its binding only where there is access to give.

    Args:
        scope: where it is made.
        identity: whose account it is.
        access: what it may do; None for nothing.
        annotations: such as the role that it has at a cloud.
    """
    defaults = PodDefaults.of(scope)

    def metadata(kind: str) -> k8s.ObjectMeta:
        return names.metadata(
            scope, kind, identity.name, namespace=identity.namespace, labels=identity.labels
        )

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
    if access is not None:
        k8s.KubeRole(
            scope,
            "Role",
            metadata=metadata("Role"),
            rules=[policy_rule(rule) for rule in access.rules],
        )
        k8s.KubeRoleBinding(
            scope,
            "RoleBinding",
            metadata=metadata("RoleBinding"),
            role_ref=k8s.RoleRef(
                api_group="rbac.authorization.k8s.io", kind="Role", name=identity.name
            ),
            subjects=[
                k8s.Subject(kind="ServiceAccount", name=identity.name, namespace=identity.namespace)
            ],
        )
    return account


def policy_rule(rule: Access) -> k8s.PolicyRule:
    """Return a rule as a Role has it."""
    return k8s.PolicyRule(
        api_groups=[rule.api_group],
        resources=list(rule.resources),
        resource_names=list(rule.names) or None,
        verbs=[verb.value for verb in rule.verbs],
    )
