"""ResourceQuotas and LimitRanges, from the worst moment of a namespace and headroom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names, quantities
from constructs_lib.facts.footprint import Amounts, Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.facts.secrets import SecretKind
from constructs_lib.rules import check_range
from constructs_lib.storage import AnyStorageClass
from constructs_lib.values import Value

_MEBIBYTE = Decimal(2**20)

# Every namespace has a ConfigMap with the certificate of the API server.
_OWN_CONFIG_MAPS = 1

# What a container gets that says nothing, such as one that somebody starts by hand.
_UNDECLARED = Amounts(
    cpu=quantities.parse("100m"),
    cpu_limit=quantities.parse("500m"),
    memory=quantities.parse("128Mi"),
    ephemeral_storage=quantities.parse("128Mi"),
)


class Headroom(Value):
    """The headroom of a quota above the worst moment of its constructs.

    Args:
        percent: of CPU, memory, disk and pods; for debugging, a job by hand, or a rollout
            that starts while another one drains.
        objects: of each counted kind, such as ConfigMaps and Secrets; in a namespace without
            pods of constructs, also of small pods.

    Raises:
        ConfigurationError: a number out of range.
    """

    percent: int = 20
    objects: int = 10

    def __post_init__(self) -> None:
        check_range("Headroom.percent", self.percent, 0, 1000)
        check_range("Headroom.objects", self.objects, 0, 10_000)

    def above(self, amount: Decimal) -> Decimal:
        """Return an amount with headroom."""
        return amount * (100 + self.percent) / 100


class Demand(Value):
    """The footprints of all constructs in one namespace."""

    namespace: str
    footprints: Sequence[Footprint]

    @classmethod
    def of(cls, namespace: str, facts: Sequence[Facts], headroom: Headroom) -> Demand:
        """Return the demand of constructs there; without any, that of small pods.

        A Secret counts once, however many read it.
        """
        footprints = (footprint for fact in facts for footprint in fact.footprints)
        taken = [footprint for footprint in footprints if footprint.namespace == namespace]
        read = (use for fact in facts for use in fact.secrets if use.namespace == namespace)
        secrets = {use.secret.name for use in read if use.kind is SecretKind.SECRET}
        taken.append(Footprint(namespace=namespace, objects={"secrets": len(secrets)}))
        if not any(footprint.containers for footprint in taken):
            taken.append(
                Footprint(namespace=namespace, pods=headroom.objects, containers=(_UNDECLARED,))
            )
        return cls(namespace=namespace, footprints=taken)

    @property
    def pods(self) -> int:
        """The number of pods at once."""
        return sum(footprint.pods for footprint in self.footprints)

    @property
    def containers(self) -> list[Amounts]:
        """One of each container."""
        return [container for footprint in self.footprints for container in footprint.containers]

    @property
    def limits_cpu(self) -> bool:
        """Whether all containers have a CPU limit; otherwise the quota has none."""
        return all(container.cpu_limit is not None for container in self.containers)

    def total(self, amount: Callable[[Amounts], Decimal]) -> Decimal:
        """Return the sum of an amount over all containers of all pods."""
        return sum(
            (
                amount(container) * footprint.pods
                for footprint in self.footprints
                for container in footprint.containers
            ),
            Decimal(0),
        )

    def largest(self, amount: Callable[[Amounts], Decimal]) -> Decimal:
        """Return the largest amount of one container."""
        return max(map(amount, self.containers))

    @property
    def objects(self) -> Counter[str]:
        """The number of objects of each counted kind."""
        counter = Counter({"configmaps": _OWN_CONFIG_MAPS})
        for footprint in self.footprints:
            counter.update(footprint.objects)
        return counter

    @property
    def storage(self) -> Counter[str]:
        """Bytes that are claimed, by storage class."""
        counter: Counter[str] = Counter()
        for footprint in self.footprints:
            for claim in footprint.claims:
                counter[claim.storage_class] += int(claim.size) * claim.count
        return counter

    @property
    def claims(self) -> int:
        """The number of claims."""
        return sum(claim.count for footprint in self.footprints for claim in footprint.claims)


def quota(
    scope: Construct, demand: Demand, *, storage: Sequence[AnyStorageClass], headroom: Headroom
) -> k8s.KubeResourceQuota:
    """Create the ResourceQuota of a namespace."""
    memory = _mebibytes(headroom.above(demand.total(lambda container: container.memory)))
    disk = _mebibytes(headroom.above(demand.total(lambda container: container.ephemeral_storage)))
    hard = {
        "pods": str(math.ceil(headroom.above(Decimal(demand.pods)))),
        "requests.cpu": _cpu(headroom.above(demand.total(lambda container: container.cpu))),
        "requests.memory": memory,
        "limits.memory": memory,
        "requests.ephemeral-storage": disk,
        "limits.ephemeral-storage": disk,
        **_objects(demand, headroom),
        **_storage(demand, storage, headroom),
    }
    if demand.limits_cpu:
        hard["limits.cpu"] = _cpu(headroom.above(demand.total(_cpu_limit)))
    return k8s.KubeResourceQuota(
        scope,
        f"Quota-{demand.namespace}",
        metadata=names.metadata(scope, "ResourceQuota", "quota", namespace=demand.namespace),
        spec=k8s.ResourceQuotaSpec(hard=_to_kube(hard)),
    )


def limit_range(scope: Construct, demand: Demand, *, headroom: Headroom) -> k8s.KubeLimitRange:
    """Create the LimitRange of containers: maximum, default requests and limits."""
    largest = {
        "memory": _mebibytes(headroom.above(demand.largest(lambda container: container.memory))),
        "ephemeral-storage": _mebibytes(
            headroom.above(demand.largest(lambda container: container.ephemeral_storage))
        ),
    }
    undeclared = {
        "memory": _smaller(_mebibytes(_UNDECLARED.memory), largest["memory"]),
        "ephemeral-storage": _smaller(
            _mebibytes(_UNDECLARED.ephemeral_storage), largest["ephemeral-storage"]
        ),
    }
    requested = {"cpu": _cpu(_UNDECLARED.cpu), **undeclared}
    if demand.limits_cpu:
        largest["cpu"] = _cpu(headroom.above(demand.largest(_cpu_limit)))
        undeclared["cpu"] = _smaller(_cpu(_cpu_limit(_UNDECLARED)), largest["cpu"])
        requested["cpu"] = _smaller(requested["cpu"], largest["cpu"])
    return k8s.KubeLimitRange(
        scope,
        f"Limits-{demand.namespace}",
        metadata=names.metadata(scope, "LimitRange", "limits", namespace=demand.namespace),
        spec=k8s.LimitRangeSpec(
            limits=[
                k8s.LimitRangeItem(
                    type="Container",
                    max=_to_kube(largest),
                    default=_to_kube(undeclared),
                    default_request=_to_kube(requested),
                )
            ]
        ),
    )


def _objects(demand: Demand, headroom: Headroom) -> dict[str, str]:
    """Count kinds; load balancers and node ports get no headroom."""
    counted = demand.objects
    exact = ("services.loadbalancers", "services.nodeports")
    return {
        **{kind: str(counted[kind]) for kind in exact},
        **{
            kind: str(counted[kind] + headroom.objects)
            for kind in sorted({*counted, "services", "configmaps", "secrets"} - set(exact))
        },
    }


def _storage(
    demand: Demand, classes: Sequence[AnyStorageClass], headroom: Headroom
) -> dict[str, str]:
    claimed = demand.storage
    return {
        "persistentvolumeclaims": str(math.ceil(headroom.above(Decimal(demand.claims)))),
        "requests.storage": _mebibytes(headroom.above(Decimal(claimed.total()))),
        **{
            f"{each.name}.storageclass.storage.k8s.io/requests.storage": _mebibytes(
                headroom.above(Decimal(claimed[each.name]))
            )
            for each in classes
        },
    }


def _cpu_limit(container: Amounts) -> Decimal:
    return container.cpu_limit or Decimal(0)


def _cpu(cores: Decimal) -> str:
    return quantities.format_cpu(Decimal(math.ceil(cores * 10)) / 10)


def _mebibytes(amount: Decimal) -> str:
    return quantities.format_bytes(math.ceil(amount / _MEBIBYTE) * _MEBIBYTE)


def _smaller(one: str, other: str) -> str:
    return min(one, other, key=quantities.parse)


def _to_kube(amounts: Mapping[str, str]) -> dict[str, k8s.Quantity]:
    return {name: quantities.to_kube(amount) for name, amount in amounts.items()}
