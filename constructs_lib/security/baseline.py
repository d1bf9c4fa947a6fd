"""The baseline of a platform: namespaces, quotas, NetworkPolicies, RBAC, storage classes."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.facts.network import Call
from constructs_lib.facts.published import Publisher
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.namespaces import Namespace
from constructs_lib.pods.defaults import PodDefaults
from constructs_lib.pods.priority import PriorityClasses
from constructs_lib.scopes import check_no_namespace
from constructs_lib.security.checks import check_platform
from constructs_lib.security.demand import Demand, Headroom
from constructs_lib.security.namespaces import close_default_account, namespace_objects
from constructs_lib.security.network import allow_calls, allow_dns, default_deny
from constructs_lib.security.persona_roles import bind
from constructs_lib.security.personas import Persona
from constructs_lib.security.priority_classes import priority_classes as make_priority_classes
from constructs_lib.security.quotas import limit_range, quota
from constructs_lib.security.registries import Registries
from constructs_lib.security.shared_namespace import SharedNamespace
from constructs_lib.security.storage_classes import storage_class
from constructs_lib.storage import AnyStorageClass, StorageClass


class SecurityBaseline(NamedConstruct):
    """Namespaces in which only the calls of constructs are allowed.

    Creates for each namespace the Namespace, a NetworkPolicy that denies everything and one
    that allows DNS, a ResourceQuota, a LimitRange and the ServiceAccount `default` without a
    token; for each call a NetworkPolicy at both ends; each StorageClass; for each persona a
    ClusterRole, bound in its namespaces only. Create it last, since it reads the facts of the
    constructs.

    Args:
        scope: a chart without a namespace, first in the order of files, so that
            the namespaces are there before what is in them.
        id: any name.
        namespaces: all namespaces of the platform.
        constructs: all constructs in them.
        storage: the classes that claims may use: `StorageClass`, which is created, and
            `ExistingStorageClass`, which may replace several of them.
        priority_classes: the PriorityClasses that `PodDefaults` names; None makes no objects.
        personas: the roles of people in the namespaces; none by default.
        registries: that images may come from; any by default.
        calls: those in no facts, such as a Prometheus of your own that scrapes them.
        headroom: of the quotas above the worst moment.

    Raises:
        ConfigurationError: the facts of the platform contradict each other; all
            problems are in one error, one a line.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespaces: Sequence[Namespace],
        constructs: Sequence[Publisher],
        storage: Sequence[AnyStorageClass] = (),
        priority_classes: PriorityClasses | None = None,
        personas: Sequence[Persona] = (),
        registries: Registries | None = None,
        calls: Sequence[Call] = (),
        headroom: Headroom = Headroom(),
    ) -> None:
        check_no_namespace(scope)
        cluster = Cluster.of(scope)
        facts = [construct.facts for construct in constructs]
        proxy = PodDefaults.of(scope).proxy
        through = proxy.calls_of(peer for fact in facts for peer in fact.peers) if proxy else ()
        calls = [*(call for fact in facts for call in fact.calls), *through, *calls]
        check_platform(
            scope,
            namespaces=namespaces,
            storage=storage,
            personas=personas,
            registries=registries,
            facts=facts,
            calls=calls,
            addresses=cluster.addresses,
        )

        super().__init__(scope, id)
        namespace_objects(self, namespaces)
        for each in storage:
            if isinstance(each, StorageClass):
                storage_class(self, each)
        if priority_classes is not None:
            make_priority_classes(self, priority_classes)
        closed = [each for each in namespaces if not isinstance(each, SharedNamespace)]
        for namespace in closed:
            default_deny(self, namespace.name)
            allow_dns(self, namespace.name, cluster.dns.servers)
            demand = Demand.of(namespace.name, facts, headroom)
            quota(self, demand, storage=storage, headroom=headroom)
            limit_range(self, demand, headroom=headroom)
        allow_calls(self, calls)
        for namespace in closed:
            # Last, when the cluster has made the account itself: to make it meanwhile would fail.
            close_default_account(self, namespace)
        for persona in personas:
            bind(self, persona, role=f"{id}-{persona.name}")
