"""A class of storage makes the volumes that its driver can make, and no others."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ConfigurationError,
    ExistingStorageClass,
    GrafanaVolume,
    Logs,
    MetricsStore,
    Namespace,
    PostgresStorage,
    ReclaimPolicy,
    SecurityBaseline,
    StorageClass,
)
from constructs_lib.pods.volume_claims import Data, Workspace
from constructs_lib.testing import find_all


def ebs(**parameters: str) -> StorageClass:
    return StorageClass(name="disks", provisioner="ebs.csi.aws.com", parameters=parameters)


@pytest.mark.parametrize(
    ("parameters", "least", "most"),
    [
        ({}, 1, 65_536),
        ({"type": "gp2"}, 1, 16_384),
        ({"type": "gp3", "iops": "3000", "throughput": "750"}, 1, 65_536),
        ({"type": "gp3", "iops": "6000"}, 12, 65_536),
        ({"type": "gp3", "iops": "6001"}, 13, 65_536),
        ({"type": "gp3", "iopsPerGB": "50"}, 60, 65_536),
        ({"type": "gp3", "iopsPerGB": "50", "throughput": "1000"}, 80, 65_536),
        ({"type": "gp3", "iopsPerGB": "50", "allowAutoIOPSPerGBIncrease": "true"}, 1, 65_536),
        ({"type": "io1", "iops": "5000"}, 100, 16_384),
        ({"type": "io2", "iops": "100"}, 4, 65_536),
        ({"type": "io2", "iopsPerGB": "10"}, 10, 65_536),
        ({"TYPE": "st1"}, 125, 16_384),
        ({"type": "sc1"}, 125, 16_384),
        ({"type": "standard"}, 1, 1_024),
    ],
)
def test_sizes_of_ebs(parameters: dict[str, str], least: int, most: int) -> None:
    tier = ebs(**parameters)
    for gib in (least, most):
        tier.check_claim("Data.size", f"{gib}Gi")
    # Nobody can write less than one, or more than 64Ti.
    for gib in {least - 1, most + 1} - {0, 65_537}:
        with pytest.raises(ConfigurationError, match=f"got '{gib}Gi'; use {least}Gi to"):
            tier.check_claim("Data.size", f"{gib}Gi")


def test_drivers_make_whole_gibibytes() -> None:
    ebs(type="gp3", iops="6000").check_claim("Data.size", "11.5Gi")
    ebs().check_claim("Data.size", "100Mi")


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"type": "GP3"}, "['type']: got 'GP3'; use one of gp2, gp3, io1"),
        ({"iops": "2999"}, "['iops']: got '2999'; use 3000 to 80000"),
        ({"iops": "80001"}, "['iops']: got '80001'; use 3000 to 80000"),
        ({"iops": "many"}, "['iops']: got 'many'"),
        ({"iops": "\u0664\u0660\u0660\u0660"}, "['iops']: got "),
        ({"iops": "3000", "iopsPerGB": "3"}, "'iopsPerGB', not both"),
        ({"iopsPerGB": "501"}, "['iopsPerGB']: got '501'; use 1 to 500"),
        ({"iopsPerGB": "50", "allowAutoIOPSPerGBIncrease": "yes"}, "use 'true' or 'false'"),
        ({"throughput": "100"}, "['throughput']: got '100'; use 125 to 2000"),
        ({"throughput": "751"}, "['throughput']: got '751'; give it 3004 'iops'"),
        ({"type": "io1"}, "['type']: got 'io1'; say how many 'iops'"),
        ({"type": "io2", "iops": "100", "throughput": "125"}, "leave it out"),
        ({"type": "st1", "iops": "500"}, "leave it out"),
        ({"type": "gp2", "iopsPerGB": "3"}, "leave it out"),
        ({"encrypted": "yes"}, "['encrypted']: got 'yes'; use 'true' or 'false'"),
        ({"Encrypted": "false", "kmsKeyId": "alias/shop"}, "encrypt with the key"),
    ],
)
def test_fails_on_volumes_that_ebs_cannot_make(parameters: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        ebs(**parameters)
    assert says in str(refusal.value)


def test_of_other_drivers_nothing_is_known() -> None:
    given = {"type": "pd-ssd"}
    tier = StorageClass(name="fast", provisioner="pd.csi.storage.gke.io", parameters=given)
    assert tier.class_parameters == given
    tier.check_claim("Data.size", "1Gi")
    there = ExistingStorageClass(name="standard", reclaim_policy=ReclaimPolicy.DELETE)
    there.check_claim("Data.size", "1Gi")
    with pytest.raises(ConfigurationError):
        there.check_claim("Data.size", "1 Gi")


def test_a_name_in_the_cluster_may_have_dots(app: App) -> None:
    chart = Chart(app, "ground")
    there = ExistingStorageClass(name="ssd.ceph.example.com", reclaim_policy=ReclaimPolicy.RETAIN)
    namespaces = [Namespace(name="app")]
    SecurityBaseline(chart, "base", namespaces=namespaces, storage=[there], constructs=[])
    quota = str(find_all(chart, "ResourceQuota"))
    assert "ssd.ceph.example.com.storageclass.storage.k8s.io/requests.storage" in quota
    with pytest.raises(ConfigurationError, match=r"ExistingStorageClass\.name: got '\.ssd'"):
        ExistingStorageClass(name=".ssd", reclaim_policy=ReclaimPolicy.RETAIN)


def test_fails_where_a_claim_is_written() -> None:
    slow = ebs(type="st1")
    scratch = StorageClass(
        name="scratch",
        provisioner=slow.provisioner,
        parameters=slow.parameters,
        reclaim_policy=ReclaimPolicy.DELETE,
    )
    for claims, field in (
        (
            lambda: Data(name="data", mount_path="/data", storage_class=slow, size="9Gi"),
            "Data.size",
        ),
        (
            lambda: Workspace(name="a", mount_path="/a", storage_class=scratch, size="9Gi"),
            "Workspace.size",
        ),
        (lambda: PostgresStorage(data=slow), "PostgresStorage.data_size"),
        (lambda: PostgresStorage(data=ebs(), wal=slow), "PostgresStorage.wal_size"),
        (lambda: MetricsStore(storage=slow), "MetricsStore.size"),
        (lambda: Logs(storage=slow), "Logs.size"),
        (lambda: GrafanaVolume(storage_class=slow), "GrafanaVolume.size"),
    ):
        with pytest.raises(ConfigurationError, match=f"{field}: got .*use 125Gi to 16Ti, or a"):
            claims()
