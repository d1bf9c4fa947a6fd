"""The quota of each namespace holds its worst moment, reckoned here from the manifests alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from inspect import signature
from math import ceil
from typing import Any

import pytest

from constructs_lib import ObservabilityStack
from constructs_lib.manifests.expected_secrets import expected_secrets
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.quantities import parse
from constructs_lib.security import Headroom
from constructs_lib.testing import find, find_all
from main import NAMESPACES
from tests.platform.shop import Shop

COMPUTE = {
    f"{kind}.{resource}": (kind, resource)
    for kind in ("requests", "limits")
    for resource in ("cpu", "memory", "ephemeral-storage")
}
NODES = signature(ObservabilityStack.__init__).parameters["most_nodes"].default
# What amounts are rounded up to.
STEPS = {
    "pods": Decimal(1),
    "persistentvolumeclaims": Decimal(1),
    "requests.cpu": parse("100m"),
    "limits.cpu": parse("100m"),
}


def surge(shop: Shop, workload: WorkloadManifest) -> int:
    """Return how many pods of a Deployment a rollout adds."""
    amount = workload.manifest["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    if isinstance(amount, int):
        return amount
    return ceil(most(shop, workload) * int(amount.removesuffix("%")) / 100)


def most(shop: Shop, workload: WorkloadManifest) -> int:
    """Return how many pods a Deployment has at most, in calm."""
    for scaler in find_all(shop.core, "HorizontalPodAutoscaler", workload.name, workload.namespace):
        return int(scaler["spec"]["maxReplicas"])
    return int(workload.manifest["spec"]["replicas"])


def worst(shop: Shop, workload: WorkloadManifest) -> int:
    """Return how many pods there are while all are replaced and the old ones still drain."""
    match workload.kind:
        case "Deployment" if workload.manifest["spec"]["strategy"]["type"] == "RollingUpdate":
            count = most(shop, workload)
            return count + surge(shop, workload) + count
        case "StatefulSet" | "Deployment":
            return int(workload.manifest["spec"]["replicas"])
        case "DaemonSet":
            return int(NODES)
        case "CronJob":
            assert workload.manifest["spec"]["concurrencyPolicy"] == "Forbid"
    return 1


def need(workload: WorkloadManifest, pods: int) -> dict[str, Decimal]:
    """Return what a number of pods asks of a quota."""
    each: dict[str, Decimal] = defaultdict(Decimal, pods=Decimal(1))
    before = workload.pod.get("initContainers", [])
    beside = [container for container in before if container.get("restartPolicy") == "Always"]
    for name, (kind, of) in COMPUTE.items():
        together = [_amount(one, kind, of) for one in (*workload.pod["containers"], *beside)]
        alone = [_amount(one, kind, of) for one in before]
        each[name] = max(sum(together, Decimal(0)), *alone, Decimal(0))
    for claim in _claims(workload):
        size = parse(claim["resources"]["requests"]["storage"])
        each["persistentvolumeclaims"] += 1
        each["requests.storage"] += size
        each[f"{claim['storageClassName']}.storageclass.storage.k8s.io/requests.storage"] += size
    return {name: pods * amount for name, amount in each.items()}


def total(needs: Iterable[dict[str, Decimal]]) -> dict[str, Decimal]:
    """Add up what several ask."""
    added: dict[str, Decimal] = defaultdict(Decimal)
    for each in needs:
        for name, amount in each.items():
            added[name] += amount
    return dict(added)


def _amount(container: dict[str, Any], kind: str, of: str) -> Decimal:
    return parse(container["resources"][kind].get(of, "0"))


def _claims(workload: WorkloadManifest) -> Iterator[dict[str, Any]]:
    for volume in workload.pod.get("volumes", []):
        if "ephemeral" in volume:
            yield volume["ephemeral"]["volumeClaimTemplate"]["spec"]
    for template in workload.manifest["spec"].get("volumeClaimTemplates", []):
        yield template["spec"]


def _in(shop: Shop, namespace: str) -> list[WorkloadManifest]:
    return [each for each in Platform(shop.core).workloads if each.namespace == namespace]


def _hard(shop: Shop, namespace: str) -> dict[str, Decimal]:
    hard = find(shop.core, "ResourceQuota", "quota", namespace)["spec"]["hard"]
    return {name: parse(amount) for name, amount in hard.items()}


in_each_namespace = pytest.mark.parametrize("namespace", [each.name for each in NAMESPACES])


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@pytest.mark.mission("B44")
@pytest.mark.mission("B45")
@in_each_namespace
def test_quota_is_a_fifth_above_the_worst_moment(shop: Shop, namespace: str) -> None:
    needed = total(need(each, worst(shop, each)) for each in _in(shop, namespace))
    hard = _hard(shop, namespace)
    # Without a limit on one container there can be no quota for limits.
    unlimited = any(
        "cpu" not in container["resources"]["limits"]
        for each in _in(shop, namespace)
        for container in each.pod["containers"]
    )
    assert needed.keys() - hard.keys() == ({"limits.cpu"} if unlimited else set())
    for name in needed.keys() & hard.keys():
        room = hard[name] - needed[name] * Decimal("1.2")
        assert 0 <= room < STEPS.get(name, parse("1Mi")), name
    for name in hard.keys() - needed.keys():
        assert "storage" not in name or hard[name] == 0, "nobody claims a volume of that class"


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@pytest.mark.mission("B45")
def test_a_second_rollout_fits_while_the_first_one_drains(shop: Shop) -> None:
    hard = _hard(shop, "app")
    needed = total(
        need(each, worst(shop, each) + (surge(shop, each) if each.kind == "Deployment" else 0))
        for each in _in(shop, "app")
    )
    assert [name for name, amount in needed.items() if amount > hard[name]] == []


@in_each_namespace
def test_objects_are_counted(shop: Shop, namespace: str) -> None:
    hard = _hard(shop, namespace)
    services = find_all(shop.core, "Service", namespace=namespace)
    doors = [service for service in services if service["spec"].get("type") == "LoadBalancer"]
    ports = sum(len(door["spec"]["ports"]) for door in doors)
    assert hard["services.loadbalancers"] == len(doors)
    assert hard["services.nodeports"] == ports
    counted = {
        "services": len(services),
        "configmaps": len(find_all(shop.core, "ConfigMap", namespace=namespace))
        # That with the certificate of the API server, and those that Patroni makes.
        + (5 if namespace == "app" else 1),
        "secrets": sum(
            not all(reader.startswith("Ingress/") for reader in each.readers)
            for each in expected_secrets(shop.core)
            if each.namespace == namespace
        ),
    }
    assert {kind: hard[kind] for kind in counted} == {
        kind: count + Headroom().objects for kind, count in counted.items()
    }


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@in_each_namespace
def test_containers_fit_the_limit_range(shop: Shop, namespace: str) -> None:
    (bounds,) = find(shop.core, "LimitRange", "limits", namespace)["spec"]["limits"]
    assert bounds["default"].keys() >= {"memory", "ephemeral-storage"}
    for workload in _in(shop, namespace):
        for container in workload.all_containers:
            for name, most in bounds["max"].items():
                assert parse(container["resources"]["limits"][name]) <= parse(most), workload.path
