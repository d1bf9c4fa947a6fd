"""What a server may do with the Kubernetes API beyond its own namespace."""

from __future__ import annotations

from collections.abc import Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.access import Access
from constructs_lib.names import Identity
from constructs_lib.pods.service_account import policy_rule

_GROUP = "rbac.authorization.k8s.io"


def grant_in(scope: Construct, identity: Identity, namespace: str, rules: Sequence[Access]) -> None:
    """Let the account of a server do something in one namespace.

    Args:
        scope: where it is made.
        identity: the server.
        namespace: where it may.
        rules: what it may.
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


def grant_everywhere(scope: Construct, identity: Identity, rules: Sequence[Access]) -> None:
    """Let the account of a server do something that is in no namespace, or in all."""
    name = f"{identity.namespace}-{identity.name}"
    k8s.KubeClusterRole(
        scope,
        "ClusterRole",
        metadata=names.metadata(scope, "ClusterRole", name, labels=identity.labels),
        rules=[policy_rule(rule) for rule in rules],
    )
    bind_everywhere(scope, identity, role=name, name=name)


def bind_everywhere(scope: Construct, identity: Identity, *, role: str, name: str) -> None:
    """Give the account of a server a ClusterRole that is there.

    Args:
        scope: where it is made.
        identity: the server.
        role: the name of the role.
        name: of the binding.
    """
    k8s.KubeClusterRoleBinding(
        scope,
        f"ClusterRoleBinding-{name}",
        metadata=names.metadata(scope, "ClusterRoleBinding", name, labels=identity.labels),
        role_ref=k8s.RoleRef(api_group=_GROUP, kind="ClusterRole", name=role),
        subjects=[_subject(identity)],
    )


def _subject(identity: Identity) -> k8s.Subject:
    return k8s.Subject(kind="ServiceAccount", name=identity.name, namespace=identity.namespace)
