"""The ClusterRole of each persona, bound to its groups, and the escalations that are refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.rbac import READ, PolicyRule
from constructs_lib.namespaces import Namespace
from constructs_lib.pods.rbac import policy_rule
from constructs_lib.security.escalations import escalations_of
from constructs_lib.security.personas import Persona
from constructs_lib.security.system_groups import is_system_group

# Escalations, unless the objects are named:
# https://kubernetes.io/docs/concepts/security/rbac-good-practices/
_ONLY_NAMED = {"secrets", "pods/exec", "serviceaccounts/token"}
# The label of a namespace is its Pod Security level, and a policy more opens it to others.
_NEVER_CHANGED = {
    "clusterrolebindings",
    "clusterroles",
    "namespaces",
    "networkpolicies",
    "rolebindings",
    "roles",
}


def persona_problems(
    personas: Sequence[Persona], namespaces: Sequence[Namespace]
) -> Iterator[ConfigurationError]:
    """Yield problems of personas: escalations, system groups, unknown namespaces."""
    known = {namespace.name for namespace in namespaces}
    for persona in personas:
        for group in persona.groups:
            if is_system_group(group):
                yield ConfigurationError(
                    f"groups of persona {persona.name}", group, "name a group of your own"
                )
        for namespace in persona.namespaces:
            if namespace not in known:
                yield ConfigurationError(
                    f"namespaces of persona {persona.name}",
                    namespace,
                    f"use some of {', '.join(sorted(known))}",
                )
        for rule in persona.rules():
            yield from _escalations(persona, rule)


def bind(scope: Construct, persona: Persona, *, role: str) -> None:
    """Create the ClusterRole of a persona, and bind its groups to it in each of its namespaces.

    A RoleBinding to a ClusterRole grants it in the namespace of the binding only.

    Args:
        scope: of the objects.
        persona: the persona.
        role: the name of the ClusterRole.
    """
    k8s.KubeClusterRole(
        scope,
        f"Role-{persona.name}",
        metadata=names.metadata(scope, "ClusterRole", role),
        rules=[policy_rule(rule) for rule in persona.rules()],
    )
    for namespace in persona.namespaces:
        k8s.KubeRoleBinding(
            scope,
            f"RoleBinding-{persona.name}-{namespace}",
            metadata=names.metadata(scope, "RoleBinding", persona.name, namespace=namespace),
            role_ref=k8s.RoleRef(
                api_group="rbac.authorization.k8s.io", kind="ClusterRole", name=role
            ),
            subjects=[
                k8s.Subject(kind="Group", name=group, api_group="rbac.authorization.k8s.io")
                for group in persona.groups
            ],
        )


def _escalations(persona: Persona, rule: PolicyRule) -> Iterator[ConfigurationError]:
    where = f"persona {persona.name}"
    changes = set(rule.verbs) - set(READ)
    for resource, escalation in escalations_of(rule):
        if escalation not in persona.escalations:
            yield ConfigurationError(
                where,
                resource,
                f"leave it out, or say Escalation.{escalation.name} in its escalations",
            )
    for resource in rule.resources:
        if resource in _ONLY_NAMED and not rule.names:
            yield ConfigurationError(
                where, resource, "name the objects: all of them would be an escalation"
            )
        if resource in _NEVER_CHANGED and changes:
            yield ConfigurationError(
                where, resource, "allow only get, list and watch: to change it is an escalation"
            )
