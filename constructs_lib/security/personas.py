"""The parts that people have on a platform, from looking on to being on call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.access import READ, Access, Verb
from constructs_lib.rules import check_distinct, check_name, check_several, check_text
from constructs_lib.security.groups import is_of_the_cluster
from constructs_lib.security.powers import Power


class Persona(Protocol):
    """A part that people have in some namespaces."""

    @property
    def name(self) -> str:
        """What its Roles are called."""
        ...

    @property
    def groups(self) -> Sequence[str]:
        """The groups of the identity provider that have it."""
        ...

    @property
    def namespaces(self) -> Sequence[str]:
        """Where they have it."""
        ...

    @property
    def powers(self) -> Sequence[Power]:
        """What it reaches by a detour; rules that give more are refused."""
        ...

    def rules(self) -> Sequence[Access]:
        """Return what it may do there."""
        ...


_LOOK = (
    Access(
        resources=(
            "configmaps",
            "events",
            "limitranges",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "resourcequotas",
            "serviceaccounts",
            "services",
        ),
        verbs=READ,
    ),
    Access(
        api_group="apps",
        resources=(
            "controllerrevisions",
            "daemonsets",
            "deployments",
            "replicasets",
            "statefulsets",
        ),
        verbs=READ,
    ),
    Access(api_group="autoscaling", resources=("horizontalpodautoscalers",), verbs=READ),
    Access(api_group="batch", resources=("cronjobs", "jobs"), verbs=READ),
    Access(api_group="discovery.k8s.io", resources=("endpointslices",), verbs=READ),
    Access(api_group="metrics.k8s.io", resources=("pods",), verbs=(Verb.GET, Verb.LIST)),
    Access(api_group="networking.k8s.io", resources=("ingresses", "networkpolicies"), verbs=READ),
    Access(api_group="policy", resources=("poddisruptionbudgets",), verbs=READ),
    Access(api_group="rbac.authorization.k8s.io", resources=("rolebindings", "roles"), verbs=READ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    groups: tuple[str, ...]
    namespaces: tuple[str, ...]

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_several(f"{kind}.groups", self.groups)
        if not self.groups:
            raise ConfigurationError(f"{kind}.groups", (), "name at least one group")
        for group in self.groups:
            check_text(f"{kind}.groups", group)
            if is_of_the_cluster(group):
                raise ConfigurationError(f"{kind}.groups", group, "name a group of your own")
        if not self.namespaces:
            raise ConfigurationError(f"{kind}.namespaces", (), "name at least one namespace")
        for namespace in self.namespaces:
            check_name(f"{kind}.namespaces", namespace)
        check_distinct(f"{kind}.namespaces", self.namespaces)
        self.rules()  # names of objects are checked by the rules that hold them

    @property
    def name(self) -> str:
        """What its role is called."""
        return type(self).__name__.lower()

    @property
    def powers(self) -> tuple[Power, ...]:
        """What it reaches by a detour."""
        return ()

    def rules(self) -> tuple[Access, ...]:
        """Return what it may do."""
        return _LOOK


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer(_Part):
    """Looks, and changes nothing: everything of a namespace but Secrets.

    Args:
        groups: of the identity provider.
        namespaces: where it looks.

    Raises:
        ConfigurationError: no group or namespace, or a name that Kubernetes refuses.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Developer(_Part):
    """Looks, and reaches and reads what is named.

    A forwarded port goes past all network policies, so it reaches no pod that
    is not named; where a Deployment is to be reached, `Debugger` does.

    Args:
        groups: of the identity provider.
        namespaces: where it works.
        secrets: the few Secrets that it may read, by name; none by default.
        forward_pods: the pods whose ports it may reach from its own machine, by
            name, so those of a StatefulSet; none by default.

    Raises:
        ConfigurationError: as `Viewer`.
    """

    secrets: tuple[str, ...] = ()
    forward_pods: tuple[str, ...] = ()

    def rules(self) -> tuple[Access, ...]:
        """Return what it may do."""
        ports = Access(
            resources=("pods/portforward",), verbs=(Verb.CREATE,), names=self.forward_pods
        )
        return (*_LOOK, *((ports,) if self.forward_pods else ()), *_secrets(self.secrets))


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator(_Part):
    """Keeps a platform running: restarts, scales, rolls back, and runs a job by hand.

    Whoever may change a Deployment or start a Job can run any image with any
    Secret, volume and service account of the namespace: an operator reads all
    Secrets there, the data of databases, and has the rights of every service
    account. So this is for those who could release as well. `Registries` among
    the `AdmissionPolicies` limits the images.

    Args:
        groups: of the identity provider.
        namespaces: where it works.
        secrets: the few Secrets that it may read directly, by name; none by default.

    Raises:
        ConfigurationError: as `Viewer`.
    """

    secrets: tuple[str, ...] = ()

    @property
    def powers(self) -> tuple[Power, ...]:
        """What it reaches by a detour."""
        return (Power.REACH_PODS, Power.RUN_PODS)

    def rules(self) -> tuple[Access, ...]:
        """Return what it may do."""
        return (
            *_LOOK,
            Access(resources=("pods",), verbs=(Verb.DELETE,)),
            Access(resources=("pods/portforward", "pods/eviction"), verbs=(Verb.CREATE,)),
            Access(
                api_group="apps",
                resources=(
                    "deployments",
                    "deployments/scale",
                    "statefulsets",
                    "statefulsets/scale",
                ),
                verbs=(Verb.PATCH, Verb.UPDATE),
            ),
            Access(
                api_group="autoscaling",
                resources=("horizontalpodautoscalers",),
                verbs=(Verb.PATCH, Verb.UPDATE),
            ),
            Access(api_group="batch", resources=("jobs",), verbs=(Verb.CREATE, Verb.DELETE)),
            *_secrets(self.secrets),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Debugger(_Part):
    """On call: looks into a running pod with an ephemeral container.

    Such a container shares the network of the pod, sees its processes with
    their environment and files, so its Secrets as well, and needs nothing of
    its image. A role cannot limit this to some pods of a namespace, so whoever
    debugs beside a database can look into that as well; `DebugTargets` can.

    Args:
        groups: of the identity provider.
        namespaces: where it debugs.
        exec_pods: the pods that it may run commands in, by name; none by
            default, those of a database least of all.

    Raises:
        ConfigurationError: as `Viewer`.
    """

    exec_pods: tuple[str, ...] = ()

    @property
    def powers(self) -> tuple[Power, ...]:
        """What it reaches by a detour."""
        return (Power.ENTER_PODS, Power.REACH_PODS)

    def rules(self) -> tuple[Access, ...]:
        """Return what it may do."""
        shell = Access(resources=("pods/exec",), verbs=(Verb.CREATE,), names=self.exec_pods)
        return (
            *_LOOK,
            Access(resources=("pods/ephemeralcontainers",), verbs=(Verb.PATCH, Verb.UPDATE)),
            Access(resources=("pods/attach", "pods/portforward"), verbs=(Verb.CREATE,)),
            *((shell,) if self.exec_pods else ()),
        )


def _secrets(secrets: tuple[str, ...]) -> tuple[Access, ...]:
    return (Access(resources=("secrets",), verbs=(Verb.GET,), names=secrets),) if secrets else ()
