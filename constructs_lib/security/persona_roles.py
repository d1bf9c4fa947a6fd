"""The ClusterRole of each persona, bound to its groups, and the escalations that are refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.rbac import READ, PolicyRule
from constructs_lib.namespaces import Namespace, PodSecurity
from constructs_lib.pods.rbac import policy_rule
from constructs_lib.security.escalations import Escalation, escalations_of
from constructs_lib.security.personas import Persona
from constructs_lib.security.shared_namespace import SharedNamespace
from constructs_lib.security.system_groups import is_system_group

# Escalations, unless the objects are named:
# https://kubernetes.io/docs/concepts/security/rbac-good-practices/
_ONLY_NAMED = {"secrets", "pods/exec", "serviceaccounts/token"}
# The label of a namespace is its Pod Security level, a policy more opens it to others, quotas hold
# what a single workload takes, annotations of accounts are roles at a cloud, and
# admission is what refuses.
_NEVER_CHANGED = {
    "apiservices",
    "authorizationpolicies",
    "ciliumnetworkpolicies",
    "clusterrolebindings",
    "clusterroles",
    "limitranges",
    "mutatingadmissionpolicies",
    "mutatingadmissionpolicybindings",
    "mutatingwebhookconfigurations",
    "namespaces",
    "networkpolicies",
    "peerauthentications",
    "resourcequotas",
    "rolebindings",
    "roles",
    "serviceaccounts",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "validatingwebhookconfigurations",
}
# In a namespace where pods may be root on their nodes, these are the nodes.
_IN_PODS = {Escalation.ATTACH_TO_PODS, Escalation.CREATE_WORKLOADS, Escalation.WRITE_CONFIGURATION}
_INTO_PODS = {"pods/attach", "pods/ephemeralcontainers", "pods/exec"}


def persona_problems(
    personas: Sequence[Persona], namespaces: Sequence[Namespace]
) -> Iterator[ConfigurationError]:
    """Yield problems of personas: escalations, system groups, unknown namespaces."""
    known = {namespace.name for namespace in namespaces}
    shared = {each.name for each in namespaces if isinstance(each, SharedNamespace)}
    privileged = {
        namespace.name
        for namespace in namespaces
        if namespace.pod_security is PodSecurity.PRIVILEGED
    }
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
            if namespace in shared:
                yield ConfigurationError(
                    f"namespaces of persona {persona.name}",
                    namespace,
                    "bind it in the program that has the baseline of this namespace",
                )
        for rule in persona.rules():
            yield from _escalations(persona, rule)
        yield from _control_of_nodes(persona, privileged)


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


def _control_of_nodes(persona: Persona, privileged: set[str]) -> Iterator[ConfigurationError]:
    reached = {each for rule in persona.rules() for _, each in escalations_of(rule)} & _IN_PODS
    # Pods that are named are reached as well.
    named = {each for rule in persona.rules() for each in rule.resources} & _INTO_PODS
    if not (reached or named) or Escalation.CONTROL_NODES in persona.escalations:
        return
    for namespace in persona.namespaces:
        if namespace in privileged:
            yield ConfigurationError(
                f"namespaces of persona {persona.name}",
                namespace,
                "leave it out: pods may be root on their nodes there, and with them all Secrets of "
                "the cluster; or say Escalation.CONTROL_NODES in the escalations of a persona of "
                "your own",
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
        whole = resource if resource in _ONLY_NAMED else resource.partition("/")[0]
        if whole in _NEVER_CHANGED and changes:
            yield ConfigurationError(
                where, resource, "allow only get, list and watch: to change it is an escalation"
            )
