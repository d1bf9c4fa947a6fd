"""What a workload may do with the Kubernetes API."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Call, Outside, Peer
from constructs_lib.rules import check_key, check_several, check_subdomain


class Verb(StrEnum):
    """What can be done with a resource; there is no wildcard."""

    GET = "get"
    LIST = "list"
    WATCH = "watch"
    CREATE = "create"
    UPDATE = "update"
    PATCH = "patch"
    DELETE = "delete"
    DELETECOLLECTION = "deletecollection"


READ = (Verb.GET, Verb.LIST, Verb.WATCH)


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """A rule of a Role.

    Args:
        resources: such as ``("configmaps",)`` or ``("pods/log",)``.
        verbs: what may be done with them.
        api_group: the group of the resources; empty for the core group.
        names: only the objects of these names; empty for all of the namespace.

    Raises:
        ConfigurationError: a wildcard, a verb that makes somebody more, or nothing at all.
    """

    resources: tuple[str, ...]
    verbs: tuple[Verb, ...]
    api_group: str = ""
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.api_group:
            check_subdomain("Access.api_group", self.api_group)
        check_several("Access.resources", self.resources)
        check_several("Access.names", self.names)
        for field, values in (("resources", self.resources), ("verbs", self.verbs)):
            if not values:
                raise ConfigurationError(f"Access.{field}", values, "name at least one")
        for resource in self.resources:
            for part in resource.split("/"):
                check_key("Access.resources", part)
        for verb in self.verbs:
            if not isinstance(verb, Verb):
                raise ConfigurationError(
                    "Access.verbs",
                    verb,
                    "use a Verb; to bind, escalate or impersonate leads beyond any role",
                )
        for name in self.names:
            check_subdomain("Access.names", name)
        if self.names and self._nameless() & set(self.verbs):
            raise ConfigurationError(
                "Access.names", self.names, "leave out list, watch and create, which know no names"
            )

    def _nameless(self) -> set[Verb]:
        """Return what knows no names; to create below a named object, such as exec, does."""
        below = all("/" in resource for resource in self.resources)
        return {Verb.LIST, Verb.WATCH} | (set() if below else {Verb.CREATE})


@dataclass(frozen=True, kw_only=True, slots=True)
class KubernetesAccess:
    """A workload that talks to the Kubernetes API.

    Args:
        rules: what it may do there, in its own namespace.
        api_server: where the API server is. A NetworkPolicy knows it only by
            address: ``kubectl get endpointslices kubernetes`` shows which.

    Raises:
        ConfigurationError: no rules, or an API server without a port.
    """

    rules: tuple[Access, ...]
    api_server: Outside

    def __post_init__(self) -> None:
        if not self.rules:
            raise ConfigurationError("KubernetesAccess.rules", (), "give at least one rule")
        if not self.api_server.ports:
            raise ConfigurationError(
                "KubernetesAccess.api_server", self.api_server.name, "give it its port"
            )

    def calls_by(self, source: Peer) -> tuple[Call, ...]:
        """Return the calls that the workload makes."""
        return tuple(
            Call(source=source, target=self.api_server, port=port.name)
            for port in self.api_server.ports
        )
