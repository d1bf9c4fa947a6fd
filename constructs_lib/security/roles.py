"""The Roles of people: bound to groups, and refused where they could make somebody more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.access import READ, Access
from constructs_lib.namespaces import Namespace
from constructs_lib.pods.service_account import policy_rule
from constructs_lib.security.groups import is_of_the_cluster
from constructs_lib.security.personas import Persona
from constructs_lib.security.powers import powers_of

# What makes somebody more than they are, unless it is named:
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
    """Tell of personas that could escalate, or are at home in no namespace of the platform."""
    known = {namespace.name for namespace in namespaces}
    for persona in personas:
        for group in persona.groups:
            if is_of_the_cluster(group):
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
    """Make the role of a persona, and bind its groups to it in each of its namespaces.

    A ClusterRole says it once; what is bound in a namespace reaches no further.

    Args:
        scope: where they are made.
        persona: whose they are.
        role: the name of the role, which is one of the whole cluster.
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


def _escalations(persona: Persona, rule: Access) -> Iterator[ConfigurationError]:
    where = f"persona {persona.name}"
    changes = set(rule.verbs) - set(READ)
    for resource, power in powers_of(rule):
        if power not in persona.powers:
            yield ConfigurationError(
                where, resource, f"leave it out, or say Power.{power.name} in its powers"
            )
    for resource in rule.resources:
        if resource in _ONLY_NAMED and not rule.names:
            yield ConfigurationError(
                where, resource, "name the objects: all of them would be an escalation"
            )
        if resource in _NEVER_CHANGED and changes:
            yield ConfigurationError(
                where, resource, "leave it to be read: to change it is an escalation"
            )
