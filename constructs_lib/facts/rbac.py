"""RBAC: rules of workloads and personas."""

from __future__ import annotations

from enum import StrEnum

from constructs_lib.errors import reject
from constructs_lib.facts.network import Call, Outside, Peer
from constructs_lib.rules import check_key, check_subdomain
from constructs_lib.values import Value


class Verb(StrEnum):
    """A verb of RBAC; there is no wildcard."""

    GET = "get"
    LIST = "list"
    WATCH = "watch"
    CREATE = "create"
    UPDATE = "update"
    PATCH = "patch"
    DELETE = "delete"
    DELETECOLLECTION = "deletecollection"


READ = (Verb.GET, Verb.LIST, Verb.WATCH)


class PolicyRule(Value):
    """A rule of a Role or ClusterRole.

    Args:
        resources: such as ``("configmaps",)`` or ``("pods/log",)``.
        verbs: that are allowed.
        api_group: the group of the resources; empty for the core group.
        names: only the objects of these names; empty for all of the namespace.

    Raises:
        ConfigurationError: a wildcard, a verb that escalates, or nothing at all.
    """

    resources: tuple[str, ...]
    verbs: tuple[Verb, ...]
    api_group: str = ""
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.api_group:
            check_subdomain("PolicyRule.api_group", self.api_group)
        for field, values in (("resources", self.resources), ("verbs", self.verbs)):
            if not values:
                reject(f"PolicyRule.{field}", values, "name at least one")
        for resource in self.resources:
            for part in resource.split("/"):
                check_key("PolicyRule.resources", part)
        for name in self.names:
            check_subdomain("PolicyRule.names", name)
        if self.names and self._nameless() & set(self.verbs):
            reject(
                "PolicyRule.names",
                self.names,
                "leave out list, watch and create, which cannot be limited by name",
            )

    def _nameless(self) -> set[Verb]:
        """Return the verbs that no name can limit; create of a subresource, as exec, has one."""
        below = all("/" in resource for resource in self.resources)
        return {Verb.LIST, Verb.WATCH} | (set() if below else {Verb.CREATE})


class KubernetesPermissions(Value):
    """The permissions of a workload in the Kubernetes API.

    Args:
        rules: of a Role in its own namespace.
        api_server: the addresses of the API server, for NetworkPolicies:
            ``kubectl get endpointslices kubernetes`` shows them.

    Raises:
        ConfigurationError: no rules, or an API server without a port.
    """

    rules: tuple[PolicyRule, ...]
    api_server: Outside

    def __post_init__(self) -> None:
        if not self.rules:
            reject("KubernetesPermissions.rules", (), "give at least one rule")
        if not self.api_server.ports:
            reject("KubernetesPermissions.api_server", self.api_server.name, "give it its port")

    def calls_by(self, source: Peer) -> tuple[Call, ...]:
        """Return the calls that the workload makes."""
        return tuple(
            Call(source=source, target=self.api_server, port=port.name)
            for port in self.api_server.ports
        )
