"""Quotas and limit ranges, against numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import Namespace, SecretRef, SecurityBaseline, StorageClass
from constructs_lib.facts import Facts, Footprint, SecretKind, SecretUse, VolumeClaim
from constructs_lib.quantities import parse
from constructs_lib.security import Headroom
from constructs_lib.testing import find, find_all
from tests.security.workloads import amounts, of_size

EXACT = Headroom(percent=0, objects=0)
FAST = StorageClass(name="fast", provisioner="ebs.csi.aws.com")
BULK = StorageClass(name="bulk", provisioner="ebs.csi.aws.com")


def _quota(
    cluster: Chart,
    *footprints: Footprint,
    told: Sequence[Facts] = (),
    headroom: Headroom = EXACT,
) -> dict[str, str]:
    SecurityBaseline(
        cluster,
        "baseline",
        namespaces=[Namespace(name="app"), Namespace(name="data")],
        constructs=[*(of_size(footprint) for footprint in footprints), *told],
        storage=[FAST, BULK],
        headroom=headroom,
    )
    hard: dict[str, str] = find(cluster, "ResourceQuota", "quota", "app")["spec"]["hard"]
    return hard


def _limits(cluster: Chart) -> dict[str, Any]:
    (limits,) = find(cluster, "LimitRange", "limits", "app")["spec"]["limits"]
    return dict(limits)


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@pytest.mark.mission("B44")
@pytest.mark.mission("B45")
def test_quota_is_the_sum(cluster: Chart) -> None:
    small = amounts(cpu="250m", cpu_limit="1", memory="512Mi", disk="256Mi")
    large = amounts(cpu="2", cpu_limit="4", memory="3Gi", disk="1Gi")
    hard = _quota(
        cluster,
        Footprint(namespace="app", pods=4, containers=(small,)),
        Footprint(namespace="app", pods=2, containers=(large, small)),
    )
    assert hard == {
        "pods": "6",
        "requests.cpu": "5500m",  # 4 x 0.25 + 2 x (2 + 0.25)
        "limits.cpu": "14",  # 4 x 1 + 2 x (4 + 1)
        "requests.memory": "9Gi",  # 4 x 0.5 + 2 x (3 + 0.5)
        "limits.memory": "9Gi",
        "requests.ephemeral-storage": "3584Mi",  # 4 x 256 + 2 x (1024 + 256)
        "limits.ephemeral-storage": "3584Mi",
        "persistentvolumeclaims": "0",
        "requests.storage": "0",
        "configmaps": "1",  # the one that every namespace has
        "secrets": "0",
        "services": "0",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@pytest.mark.mission("B45")
def test_quota_has_headroom(cluster: Chart) -> None:
    footprint = Footprint(
        namespace="app",
        pods=7,
        containers=(amounts(cpu="250m", cpu_limit="1", memory="100Mi", disk="1Mi"),),
        objects={"services": 2, "secrets": 1, "services.loadbalancers": 1, "services.nodeports": 3},
    )
    hard = _quota(cluster, footprint, headroom=Headroom(percent=10, objects=3))
    assert hard["pods"] == "8"  # 7.7
    assert hard["requests.cpu"] == "2"  # 1.925, in tenths of a core
    assert hard["limits.cpu"] == "7700m"
    assert hard["requests.memory"] == "770Mi"
    assert hard["requests.ephemeral-storage"] == "8Mi"  # 7.7
    assert hard["services"] == "5"
    assert hard["secrets"] == "4"
    assert hard["configmaps"] == "4"
    # What costs money or opens a door has none.
    assert hard["services.loadbalancers"] == "1"
    assert hard["services.nodeports"] == "3"


def test_default_headroom_is_a_fifth(cluster: Chart) -> None:
    footprint = Footprint(namespace="app", pods=10, containers=(amounts(),))
    hard = _quota(cluster, footprint, headroom=Headroom())
    assert (hard["pods"], hard["requests.cpu"], hard["secrets"]) == ("12", "12", "10")


@pytest.mark.mission("B45")
def test_own_kinds_are_counted(cluster: Chart) -> None:
    one = Footprint(
        namespace="app", pods=1, containers=(amounts(),), objects={"count/cronjobs.batch": 2}
    )
    assert _quota(cluster, one, one)["count/cronjobs.batch"] == "4"


@pytest.mark.mission("B44")
def test_claims_are_counted_by_storage_class(cluster: Chart) -> None:
    database = Footprint(
        namespace="app",
        pods=3,
        containers=(amounts(),),
        claims=(
            VolumeClaim(storage_class="fast", size=parse("100Gi"), count=3),
            VolumeClaim(storage_class="bulk", size=parse("500Gi")),
        ),
    )
    cache = Footprint(
        namespace="app",
        pods=1,
        containers=(amounts(),),
        claims=(VolumeClaim(storage_class="fast", size=parse("10Gi")),),
    )
    hard = _quota(cluster, database, cache)
    assert hard["persistentvolumeclaims"] == "5"
    assert hard["requests.storage"] == "810Gi"
    assert hard["fast.storageclass.storage.k8s.io/requests.storage"] == "310Gi"
    assert hard["bulk.storageclass.storage.k8s.io/requests.storage"] == "500Gi"


@pytest.mark.mission("B4")
def test_each_namespace_pays_for_its_own(cluster: Chart) -> None:
    hard = _quota(
        cluster,
        Footprint(namespace="app", pods=2, containers=(amounts(),)),
        Footprint(namespace="data", pods=5, containers=(amounts(),)),
    )
    assert hard["pods"] == "2"
    assert find(cluster, "ResourceQuota", "quota", "data")["spec"]["hard"]["pods"] == "5"


@pytest.mark.mission("B42")
def test_a_larger_start_counts_in_place_of_what_runs(cluster: Chart) -> None:
    running = amounts(cpu="1", memory="1Gi")
    start = replace(amounts(cpu="500m", memory="3Gi"), starts=True)
    hard = _quota(cluster, Footprint(namespace="app", pods=2, containers=(running, running, start)))
    assert hard["requests.cpu"] == "4"
    assert hard["requests.memory"] == "6Gi"
    assert _limits(cluster)["max"]["memory"] == "3Gi"


@pytest.mark.mission("B42")
def test_container_without_a_cpu_limit_drops_that_of_the_quota(cluster: Chart) -> None:
    hard = _quota(
        cluster,
        Footprint(namespace="app", pods=1, containers=(amounts(cpu_limit="2"),)),
        Footprint(namespace="app", pods=1, containers=(amounts(cpu_limit=None),)),
    )
    assert "limits.cpu" not in hard
    assert hard["requests.cpu"] == "2"
    limits = _limits(cluster)
    assert "cpu" not in limits["max"]
    assert "cpu" not in limits["default"]
    assert limits["defaultRequest"]["cpu"] == "100m"


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
def test_limit_range_lets_the_largest_container_in(cluster: Chart) -> None:
    small = amounts(cpu="100m", cpu_limit="3", memory="256Mi", disk="4Gi")
    large = amounts(cpu="1", cpu_limit="1500m", memory="2Gi", disk="1Gi")
    _quota(cluster, Footprint(namespace="app", pods=1, containers=(small, large)))
    assert find_all(cluster, "LimitRange")[0]["spec"]["limits"] == [
        {
            "type": "Container",
            "max": {"cpu": "3", "memory": "2Gi", "ephemeral-storage": "4Gi"},
            "default": {"cpu": "500m", "memory": "128Mi", "ephemeral-storage": "128Mi"},
            "defaultRequest": {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "128Mi"},
        }
    ]


def test_limit_range_gives_no_more_than_it_lets_in(cluster: Chart) -> None:
    tiny = amounts(cpu="20m", cpu_limit="50m", memory="32Mi", disk="16Mi")
    _quota(cluster, Footprint(namespace="app", pods=1, containers=(tiny,)))
    limits = _limits(cluster)
    most = {"cpu": "100m", "memory": "32Mi", "ephemeral-storage": "16Mi"}
    assert limits["max"] == limits["default"] == limits["defaultRequest"] == most


@pytest.mark.mission("B42")
@pytest.mark.mission("B43")
@pytest.mark.mission("B45")
def test_where_nothing_runs_there_is_room_for_small_pods(cluster: Chart) -> None:
    hard = _quota(cluster, headroom=Headroom(percent=0, objects=3))
    assert {
        name: hard[name] for name in ("pods", "requests.cpu", "limits.cpu", "limits.memory")
    } == {
        "pods": "3",
        "requests.cpu": "300m",
        "limits.cpu": "1500m",
        "limits.memory": "384Mi",
    }
    assert _limits(cluster)["max"] == {
        "cpu": "500m",
        "memory": "128Mi",
        "ephemeral-storage": "128Mi",
    }


def test_a_secret_is_one_however_many_read_it(cluster: Chart) -> None:
    shared, own = (SecretRef(name=name, keys=("key",)) for name in ("shared", "own"))
    reads = [
        SecretUse(namespace="app", secret=shared, reader="one"),
        SecretUse(namespace="app", secret=own, reader="one"),
        SecretUse(namespace="app", secret=shared, reader="two"),
        SecretUse(namespace="data", secret=replace(own, name="elsewhere"), reader="two"),
        SecretUse(
            namespace="app",
            secret=replace(own, name="no-secret"),
            reader="two",
            kind=SecretKind.PROVIDER_CLASS,
        ),
    ]
    hard = _quota(cluster, told=[Facts(secrets=(read,)) for read in reads])
    assert hard["secrets"] == "2"


def test_where_nothing_runs_objects_are_counted_still(cluster: Chart) -> None:
    hard = _quota(cluster, Footprint(namespace="app", objects={"services": 2}))
    assert (hard["services"], hard["pods"], hard["requests.memory"]) == ("2", "0", "0")
