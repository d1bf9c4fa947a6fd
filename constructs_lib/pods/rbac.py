"""RBAC of a workload: the Roles of its service account, and their bindings."""

from __future__ import annotations

from collections.abc import Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.rbac import PolicyRule
from constructs_lib.labels import Identity

_GROUP = "rbac.authorization.k8s.io"


def namespaced_role(
    scope: Construct, identity: Identity, namespace: str, rules: Sequence[PolicyRule]
) -> None:
    """Create a Role for the account of a workload, and bind it.

    Args:
        scope: the parent construct.
        identity: the workload.
        namespace: that of the Role: its own or another.
        rules: of the Role.
    """

    def metadata(kind: str) -> k8s.ObjectMeta:
        return names.metadata(
            scope, kind, identity.name, namespace=namespace, labels=identity.labels
        )

    k8s.KubeRole(
        scope,
        f"Role-{namespace}",
        metadata=metadata("Role"),
        rules=[policy_rule(rule) for rule in rules],
    )
    k8s.KubeRoleBinding(
        scope,
        f"RoleBinding-{namespace}",
        metadata=metadata("RoleBinding"),
        role_ref=k8s.RoleRef(api_group=_GROUP, kind="Role", name=identity.name),
        subjects=[_subject(identity)],
    )


def cluster_role(scope: Construct, identity: Identity, rules: Sequence[PolicyRule]) -> None:
    """Create a ClusterRole for the account of a workload, and bind it in all namespaces."""
    name = f"{identity.namespace}-{identity.name}"
    k8s.KubeClusterRole(
        scope,
        "ClusterRole",
        metadata=names.metadata(scope, "ClusterRole", name, labels=identity.labels),
        rules=[policy_rule(rule) for rule in rules],
    )
    cluster_role_binding(scope, identity, role=name, name=name)


def cluster_role_binding(scope: Construct, identity: Identity, *, role: str, name: str) -> None:
    """Bind the account of a workload to a ClusterRole that exists.

    Args:
        scope: the parent construct.
        identity: the workload.
        role: the name of the ClusterRole.
        name: of the binding.
    """
    k8s.KubeClusterRoleBinding(
        scope,
        f"ClusterRoleBinding-{name}",
        metadata=names.metadata(scope, "ClusterRoleBinding", name, labels=identity.labels),
        role_ref=k8s.RoleRef(api_group=_GROUP, kind="ClusterRole", name=role),
        subjects=[_subject(identity)],
    )


def policy_rule(rule: PolicyRule) -> k8s.PolicyRule:
    """Return a rule as a Role has it."""
    return k8s.PolicyRule(
        api_groups=[rule.api_group],
        resources=list(rule.resources),
        resource_names=list(rule.names) or None,
        verbs=[verb.value for verb in rule.verbs],
    )


def _subject(identity: Identity) -> k8s.Subject:
    return k8s.Subject(kind="ServiceAccount", name=identity.name, namespace=identity.namespace)
