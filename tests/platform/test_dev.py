"""The platform fits a laptop with kind, on the storage class that is there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from constructs_lib.manifests.fields import walk
from constructs_lib.manifests.limit_ranges import pod_amounts
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.pod_counts import most
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.quantities import parse
from constructs_lib.testing import check, find_all, schema_problems
from environments import DEV, STANDARD
from tests.platform.shop import Shop, build

GIVEN = [f"StorageClass/{STANDARD.name}"]


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform as developers have it."""
    return build(tmp_path_factory.mktemp("dev"), DEV)


def test_it_fits_together(dev: Shop) -> None:
    """The quota of each namespace has room for the worst moment, among other things."""
    check(dev.objects, given=GIVEN)
    assert schema_problems(dev.core, "1.27") == schema_problems(dev.core, "newest") == []


@pytest.mark.parametrize(("resource", "at_most"), [("cpu", "4"), ("memory", "10Gi")])
def test_it_asks_for_no_more_than_a_laptop_has(dev: Shop, resource: str, at_most: str) -> None:
    """All pods are counted as they are with all jobs at once, under full load, on all nodes.

    The pods that a rollout adds for a moment are not.
    """
    platform = Platform(dev.core)

    def pods(workload: WorkloadManifest) -> int:
        return DEV.most_nodes if workload.kind == "DaemonSet" else most(platform, workload)

    asked = {
        workload.path: pods(workload) * pod_amounts(platform, workload)[f"requests.{resource}"]
        for workload in platform.workloads
    }
    assert all(asked.values())
    assert sum(asked.values(), Decimal(0)) <= parse(at_most), asked


def test_every_volume_is_of_the_class_that_is_there(dev: Shop) -> None:
    claims = [claim for each in Platform(dev.core).workloads for claim in each.claims]
    assert {claim["storageClassName"] for claim in claims} == {STANDARD.name}
    assert find_all(dev.core, "StorageClass") == []
    quota = find_all(dev.core, "ResourceQuota", namespace="app")[0]["spec"]["hard"]
    assert parse(quota[f"{STANDARD.name}.storageclass.storage.k8s.io/requests.storage"]) > 0


def test_no_pod_waits_for_a_zone_or_a_second_node(dev: Shop) -> None:
    for workload in Platform(dev.core).workloads:
        for spread in workload.pod.get("topologySpreadConstraints", []):
            alone = most(Platform(dev.core), workload) == 1
            may_wait = spread["whenUnsatisfiable"] == "DoNotSchedule"
            on_nodes = spread["topologyKey"] == "kubernetes.io/hostname"
            assert not may_wait or (on_nodes and alone), workload.path


def test_it_takes_nothing_of_production(dev: Shop, shop: Shop) -> None:
    """Neither its buckets, its broker and its Secrets, nor the people who are woken up."""
    texts = [
        "\n".join(str(value) for each in built.objects for _, value in walk(each))
        for built in (dev, shop)
    ]
    for production in (
        *("repo1-s3-bucket=shop-backups", "redis.shop.example.com", "10.20.0.0/16"),
        *("{'kind': 'ClusterSecretStore', 'name': 'vault'}", "pagerduty_configs"),
    ):
        assert [production in text for text in texts] == [False, True], production
