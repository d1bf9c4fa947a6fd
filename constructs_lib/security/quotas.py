"""ResourceQuotas and LimitRanges, from the demand of a namespace and headroom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names, quantities
from constructs_lib.facts.footprint import Amounts
from constructs_lib.security.demand import UNDECLARED, Demand, Headroom
from constructs_lib.storage import AnyStorageClass

_MEBIBYTE = Decimal(2**20)


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
        **{
            f"requests.{name}": quantities.format_bytes(Decimal(count))
            for name, count in sorted(demand.extended.items())
        },
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
        "memory": _smaller(_mebibytes(UNDECLARED.memory), largest["memory"]),
        "ephemeral-storage": _smaller(
            _mebibytes(UNDECLARED.ephemeral_storage), largest["ephemeral-storage"]
        ),
    }
    requested = {"cpu": _cpu(UNDECLARED.cpu), **undeclared}
    if demand.limits_cpu:
        largest["cpu"] = _cpu(headroom.above(demand.largest(_cpu_limit)))
        undeclared["cpu"] = _smaller(_cpu(_cpu_limit(UNDECLARED)), largest["cpu"])
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
    # Claims that a change of class leaves keep their room, up to the total.
    return {
        "persistentvolumeclaims": str(math.ceil(headroom.above(Decimal(demand.claims)))),
        "requests.storage": _mebibytes(headroom.above(Decimal(claimed.total()))),
        **{
            f"{each.name}.storageclass.storage.k8s.io/requests.storage": _mebibytes(
                headroom.above(Decimal(claimed[each.name]))
            )
            for each in classes
            if claimed[each.name]
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
