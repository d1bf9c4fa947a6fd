"""Personas: the roles of people in namespaces, from read-only to on call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from constructs_lib.errors import reject
from constructs_lib.facts.rbac import PolicyRule, Verb
from constructs_lib.rules import check_distinct, check_namespace, check_text
from constructs_lib.security.escalations import Escalation
from constructs_lib.security.read_rules import READ_NAMESPACE
from constructs_lib.security.system_groups import is_system_group
from constructs_lib.values import Value


class Persona(Protocol):
    """A role of people in some namespaces."""

    @property
    def name(self) -> str:
        """The name of its RoleBindings."""
        ...

    @property
    def groups(self) -> Sequence[str]:
        """The groups of the identity provider that are bound to it."""
        ...

    @property
    def namespaces(self) -> Sequence[str]:
        """The namespaces that it is bound in."""
        ...

    @property
    def escalations(self) -> Sequence[Escalation]:
        """The escalations that it declares; rules that allow another one are refused."""
        ...

    def rules(self) -> Sequence[PolicyRule]:
        """Return its RBAC rules."""
        ...


class _BoundRole(Value):
    groups: tuple[str, ...]
    namespaces: tuple[str, ...]

    def __post_init__(self) -> None:
        kind = type(self).__name__
        if not self.groups:
            reject(f"{kind}.groups", (), "name at least one group")
        for group in self.groups:
            check_text(f"{kind}.groups", group)
            if is_system_group(group):
                reject(f"{kind}.groups", group, "name a group of your own")
        if not self.namespaces:
            reject(f"{kind}.namespaces", (), "name at least one namespace")
        for namespace in self.namespaces:
            check_namespace(f"{kind}.namespaces", namespace)
        check_distinct(f"{kind}.namespaces", self.namespaces)
        self.rules()  # names of objects are checked by the rules that hold them

    @property
    def name(self) -> str:
        """The name of its RoleBindings."""
        return type(self).__name__.lower()

    @property
    def escalations(self) -> tuple[Escalation, ...]:
        """The escalations that its rules allow."""
        return ()

    def rules(self) -> tuple[PolicyRule, ...]:
        """Return its RBAC rules."""
        return READ_NAMESPACE


class Viewer(_BoundRole):
    """Reads everything in its namespaces but Secrets, and changes nothing.

    Args:
        groups: of the identity provider.
        namespaces: that it reads.

    Raises:
        ConfigurationError: no group or namespace, or a name that Kubernetes refuses.
    """


class Developer(_BoundRole):
    """Reads everything but Secrets, and the Secrets and ports of pods that are named.

    Port-forward bypasses all NetworkPolicies, so it is allowed for named pods only; for the
    pods of a Deployment, use `Debugger`.

    Args:
        groups: of the identity provider.
        namespaces: where it works.
        secrets: the names of Secrets that it may read; none by default.
        forward_pods: the names of pods for port-forward, such as those of a StatefulSet; none
            by default.

    Raises:
        ConfigurationError: as `Viewer`.
    """

    secrets: tuple[str, ...] = ()
    forward_pods: tuple[str, ...] = ()

    def rules(self) -> tuple[PolicyRule, ...]:
        """Return its RBAC rules."""
        ports = PolicyRule(
            resources=("pods/portforward",), verbs=(Verb.CREATE,), names=self.forward_pods
        )
        return (*READ_NAMESPACE, *((ports,) if self.forward_pods else ()), *_secrets(self.secrets))


class Operator(_BoundRole):
    """Operates a platform: restarts, scales, rolls back, grows volumes, and runs a job by hand.

    Whoever may change a Deployment or create a Job can run any image with any
    Secret, volume and service account of the namespace: an operator reads all
    Secrets there, the data of databases, and has the permissions of every service
    account. So this is for those who may release as well. `Registries` among
    the `AdmissionPolicies` limits the images. In a namespace of Pod Security level privileged
    it would be root on all nodes, so it is refused there.

    Args:
        groups: of the identity provider.
        namespaces: where it works.
        secrets: the names of Secrets that it may read directly; none by default.
        exec_pods: the names of pods for exec; none by default. Runbooks of the database need
            `PostgresCluster.member_pods`.

    Raises:
        ConfigurationError: as `Viewer`.
    """

    secrets: tuple[str, ...] = ()
    exec_pods: tuple[str, ...] = ()

    @property
    def escalations(self) -> tuple[Escalation, ...]:
        """The escalations that its rules allow."""
        return (Escalation.CONNECT_TO_PODS, Escalation.CREATE_WORKLOADS)

    def rules(self) -> tuple[PolicyRule, ...]:
        """Return its RBAC rules."""
        return (
            *READ_NAMESPACE,
            PolicyRule(resources=("pods",), verbs=(Verb.DELETE,)),
            PolicyRule(resources=("pods/portforward", "pods/eviction"), verbs=(Verb.CREATE,)),
            PolicyRule(resources=("persistentvolumeclaims",), verbs=(Verb.PATCH,)),
            PolicyRule(
                api_group="apps",
                resources=(
                    "deployments",
                    "deployments/scale",
                    "statefulsets",
                    "statefulsets/scale",
                ),
                verbs=(Verb.PATCH, Verb.UPDATE),
            ),
            PolicyRule(
                api_group="autoscaling",
                resources=("horizontalpodautoscalers",),
                verbs=(Verb.PATCH, Verb.UPDATE),
            ),
            PolicyRule(api_group="batch", resources=("jobs",), verbs=(Verb.CREATE, Verb.DELETE)),
            *_shells(self.exec_pods),
            *_secrets(self.secrets),
        )


class Debugger(_BoundRole):
    """On call: debugs a running pod with an ephemeral container, and aborts a canary.

    Such a container shares the network of the pod, and sees its processes with their
    environment and files, Secrets included. A Role cannot limit this to some pods of a
    namespace, databases included; `DebugTargets` can.

    Args:
        groups: of the identity provider.
        namespaces: where it debugs.
        exec_pods: the names of pods for exec; none by default. Leave out those of a database.
        canaries: the names of tiers whose `Canary` it may abort, by their Service of that name
            with ``-canary``; none by default. It may lead what comes to that Service to other
            pods of the namespace.

    Raises:
        ConfigurationError: as `Viewer`.
    """

    exec_pods: tuple[str, ...] = ()
    canaries: tuple[str, ...] = ()

    @property
    def escalations(self) -> tuple[Escalation, ...]:
        """The escalations that its rules allow."""
        redirects = (Escalation.REDIRECT_TRAFFIC,) if self.canaries else ()
        return (Escalation.ATTACH_TO_PODS, Escalation.CONNECT_TO_PODS, *redirects)

    def rules(self) -> tuple[PolicyRule, ...]:
        """Return its RBAC rules."""
        services = tuple(f"{name}-canary" for name in self.canaries)
        abort = PolicyRule(resources=("services",), verbs=(Verb.PATCH,), names=services)
        return (
            *READ_NAMESPACE,
            PolicyRule(resources=("pods/ephemeralcontainers",), verbs=(Verb.PATCH, Verb.UPDATE)),
            PolicyRule(resources=("pods/attach", "pods/portforward"), verbs=(Verb.CREATE,)),
            *_shells(self.exec_pods),
            *((abort,) if self.canaries else ()),
        )


def _secrets(secrets: tuple[str, ...]) -> tuple[PolicyRule, ...]:
    return (
        (PolicyRule(resources=("secrets",), verbs=(Verb.GET,), names=secrets),) if secrets else ()
    )


def _shells(pods: tuple[str, ...]) -> tuple[PolicyRule, ...]:
    return (PolicyRule(resources=("pods/exec",), verbs=(Verb.CREATE,), names=pods),) if pods else ()
