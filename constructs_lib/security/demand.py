"""The demand of a namespace at its worst moment, and the headroom above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from constructs_lib import quantities
from constructs_lib.facts.footprint import Amounts, Footprint
from constructs_lib.facts.published import Facts
from constructs_lib.facts.secrets import SecretKind
from constructs_lib.rules import check_range
from constructs_lib.values import Value

# Every namespace has a ConfigMap with the certificate of the API server.
_OWN_CONFIG_MAPS = 1

# What a container gets that says nothing, such as one that somebody starts by hand.
UNDECLARED = Amounts(
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
                Footprint(namespace=namespace, pods=headroom.objects, containers=(UNDECLARED,))
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
            (footprint.of_a_pod(amount) * footprint.pods for footprint in self.footprints),
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
    def extended(self) -> Counter[str]:
        """Devices and bytes of huge pages; none is to spare for what is not of the platform."""
        names = sorted({name for container in self.containers for name, _ in container.extended})
        return Counter({name: int(self.total(_count_of(name))) for name in names})

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


def _count_of(resource: str) -> Callable[[Amounts], Decimal]:
    return lambda amounts: Decimal(dict(amounts.extended).get(resource, 0))
