"""The quota of the platform holds its worst moment, reckoned here from the manifests alone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

import pytest

from constructs_lib.quantities import parse
from constructs_lib.testing import find, find_all
from tests.platform.shop import Shop

RESOURCES = {
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "requests.ephemeral-storage": ("requests", "ephemeral-storage"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
    "limits.ephemeral-storage": ("limits", "ephemeral-storage"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """The pods of a Deployment at the worst moment."""

    container: dict[str, Any]
    most: int
    surge: int

    @property
    def worst(self) -> int:
        """All of the new pods, those of a surge, and all of the old that still drain."""
        return self.most + self.surge + self.most

    def need(self, pods: int) -> dict[str, Decimal]:
        """Return what a number of these pods asks of a quota."""
        resources = self.container["resources"]
        each = {name: parse(resources[kind][of]) for name, (kind, of) in RESOURCES.items()}
        return {"pods": Decimal(pods), **{name: pods * amount for name, amount in each.items()}}


def _crowds(shop: Shop) -> list[Crowd]:
    crowds = []
    for deployment in find_all(shop.core, "Deployment"):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        scaler = find(shop.core, "HorizontalPodAutoscaler", deployment["metadata"]["name"])
        most = scaler["spec"]["maxReplicas"]
        percent = deployment["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
        surge = ceil(most * int(percent.removesuffix("%")) / 100)
        crowds.append(Crowd(container=container, most=most, surge=surge))
    return crowds


def _sum(needs: list[dict[str, Decimal]]) -> dict[str, Decimal]:
    return {name: sum((need[name] for need in needs), Decimal(0)) for name in needs[0]}


def _hard(shop: Shop) -> dict[str, Decimal]:
    hard = find(shop.core, "ResourceQuota", "quota", "app")["spec"]["hard"]
    return {name: parse(amount) for name, amount in hard.items()}


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@pytest.mark.mission("B45")
def test_worst_moment_by_hand(shop: Shop) -> None:
    """Three tiers of at most 10 pods, 3 that surge and 10 that drain."""
    assert _sum([crowd.need(crowd.worst) for crowd in _crowds(shop)]) == {
        "pods": 3 * 23,
        "requests.cpu": 23 * (parse("500m") + parse("250m") + parse("250m")),
        "requests.memory": 23 * (parse("768Mi") + parse("512Mi") + parse("512Mi")),
        "requests.ephemeral-storage": 23 * 3 * parse("512Mi"),
        "limits.cpu": 23 * (2 + 1 + 1),
        "limits.memory": 23 * (parse("768Mi") + parse("512Mi") + parse("512Mi")),
        "limits.ephemeral-storage": 23 * 3 * parse("512Mi"),
    }


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@pytest.mark.mission("B45")
@pytest.mark.mission("B90")
def test_quota_holds_the_worst_moment_and_a_surge_on_top(shop: Shop) -> None:
    crowds, hard = _crowds(shop), _hard(shop)
    needed = _sum([crowd.need(crowd.worst + crowd.surge) for crowd in crowds])
    assert [name for name, amount in needed.items() if amount > hard[name]] == []


@pytest.mark.mission("B42")
@pytest.mark.mission("B45")
def test_quota_is_no_more_than_a_fifth_above_the_worst_moment(shop: Shop) -> None:
    crowds, hard = _crowds(shop), _hard(shop)
    worst = _sum([crowd.need(crowd.worst) for crowd in crowds])
    # Rounded up to a pod, a tenth of a core and a mebibyte.
    step = {"pods": Decimal(1), "requests.cpu": parse("100m"), "limits.cpu": parse("100m")}
    for name, amount in worst.items():
        room = hard[name] - amount * 120 / 100
        assert 0 <= room < step.get(name, parse("1Mi")), name


@pytest.mark.mission("B44")
def test_storage_is_counted_by_class(shop: Shop) -> None:
    hard = _hard(shop)
    for storage in find_all(shop.core, "StorageClass"):
        name = f"{storage['metadata']['name']}.storageclass.storage.k8s.io/requests.storage"
        assert hard[name] == 0, "no tier claims a volume"
    assert hard["requests.storage"] == hard["persistentvolumeclaims"] == 0


def test_objects_are_counted(shop: Shop) -> None:
    hard = _hard(shop)
    services = find_all(shop.core, "Service", namespace="app")
    doors = [service for service in services if service["spec"]["type"] == "LoadBalancer"]
    ports = sum(len(door["spec"]["ports"]) for door in doors)
    assert hard["services"] == len(services) + 10
    assert hard["services.loadbalancers"] == len(doors) == 1
    assert hard["services.nodeports"] == ports
    assert hard["secrets"] == len(find_all(shop.add_ons, "ExternalSecret")) + 10


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
def test_containers_fit_the_limit_range(shop: Shop) -> None:
    (bounds,) = find(shop.core, "LimitRange", "limits", "app")["spec"]["limits"]
    for crowd in _crowds(shop):
        for name, most in bounds["max"].items():
            assert parse(crowd.container["resources"]["limits"][name]) <= parse(most)


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@pytest.mark.mission("B45")
def test_every_namespace_is_bounded(shop: Shop, reference: Shop) -> None:
    """Those that are empty too: nobody asks before the first pod comes."""
    for platform in (shop, reference):
        for namespace in find_all(platform.core, "Namespace"):
            name = namespace["metadata"]["name"]
            assert find(platform.core, "ResourceQuota", "quota", name)["spec"]["hard"]["pods"]
            (bounds,) = find(platform.core, "LimitRange", "limits", name)["spec"]["limits"]
            assert bounds["default"].keys() >= {"memory", "ephemeral-storage"}
