"""A class of storage makes the volumes that its driver can make, and no others."""

from __future__ import annotations

from dataclasses import replace

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
    VolumeSizes,
)
from constructs_lib.pods.volume_claims import Data, Workspace
from constructs_lib.security.storage_classes import storage_class
from constructs_lib.testing import find, find_all
from tests.postgres.ends import SCRATCH, cluster


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
    ebs(blockSize="4096", tagSpecification_1="team=shop").check_claim("Data.size", "1Gi")


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
        ({"typ": "gp3"}, "['typ']: got 'gp3'; leave it out: the driver knows no such parameter"),
        ({"csi.storage.k8s.io/fstype": "ext5"}, "got 'ext5'; use one of ext2, ext3, ext4, xfs"),
        ({"fsType": "btrfs"}, "got 'btrfs'; use one of ext2, ext3, ext4, xfs"),
        ({"encrypted": "yes"}, "['encrypted']: got 'yes'; use 'true' or 'false'"),
        ({"Encrypted": "false", "kmsKeyId": "alias/shop"}, "encrypt with the key"),
    ],
)
def test_fails_on_volumes_that_ebs_cannot_make(parameters: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        ebs(**parameters)
    assert says in str(refusal.value)


GCE, AZURE = "pd.csi.storage.gke.io", "disk.csi.azure.com"
IOPS, THROUGHPUT = "provisioned-iops-on-create", "provisioned-throughput-on-create"


@pytest.mark.parametrize(
    ("provisioner", "parameters", "least", "most"),
    [
        (GCE, {}, 1, 65_536),
        (GCE, {"type": "pd-ssd", "csi.storage.k8s.io/fstype": "xfs"}, 1, 65_536),
        (GCE, {"type": "pd-extreme", IOPS: "10000"}, 500, 65_536),
        (GCE, {"type": "pd-standard", "replication-type": "regional-pd"}, 200, 65_536),
        (GCE, {"type": "pd-balanced", "replication-type": "regional-pd"}, 1, 65_536),
        (GCE, {"type": "hyperdisk-balanced"}, 4, 65_536),
        (GCE, {"type": "hyperdisk-balanced", IOPS: "6000", THROUGHPUT: "250Mi"}, 12, 65_536),
        (GCE, {"type": "hyperdisk-extreme", IOPS: "350000"}, 350, 65_536),
        (GCE, {"type": "hyperdisk-throughput", THROUGHPUT: "250Mi"}, 2_048, 32_768),
        (AZURE, {}, 1, 32_767),
        (AZURE, {"skuName": "Premium_LRS", "cachingMode": "ReadOnly"}, 1, 32_767),
        (AZURE, {"skuname": "Premium_ZRS", "enableBursting": "true"}, 513, 32_767),
        (AZURE, {"skuName": "PremiumV2_LRS", "DiskIOPSReadWrite": "3000"}, 1, 65_536),
        (AZURE, {"skuName": "PremiumV2_LRS", "DiskIOPSReadWrite": "6000"}, 12, 65_536),
        (AZURE, {"storageAccountType": "UltraSSD_LRS"}, 4, 65_536),
        (AZURE, {"skuName": "UltraSSD_LRS", "DiskIOPSReadWrite": "20000"}, 20, 65_536),
    ],
)
def test_sizes_of_other_clouds(
    provisioner: str, parameters: dict[str, str], least: int, most: int
) -> None:
    tier = StorageClass(name="disks", provisioner=provisioner, parameters=parameters)
    assert tier.class_parameters == parameters, "encrypted anyway"
    for gib in (least, most):
        tier.check_claim("Data.size", f"{gib}Gi")
    for gib in {least - 1, most + 1} - {0, 65_537}:
        with pytest.raises(ConfigurationError, match=f"got '{gib}Gi'; use {least}Gi to"):
            tier.check_claim("Data.size", f"{gib}Gi")


@pytest.mark.parametrize(
    ("provisioner", "parameters", "says"),
    [
        (GCE, {"type": "gp3"}, "['type']: got 'gp3'; use one of pd-standard"),
        (GCE, {"iops": "6000"}, "['iops']: got '6000'; leave it out: the driver knows no such"),
        (GCE, {"type": "pd-ssd", IOPS: "6000"}, "leave it out: the type has its own"),
        (GCE, {"type": "hyperdisk-balanced", IOPS: "160001"}, "use 2000 to 160000"),
        # The driver takes it for bytes.
        (GCE, {"type": "hyperdisk-balanced", THROUGHPUT: "250"}, "use 140Mi to 2400Mi"),
        (GCE, {"type": "hyperdisk-balanced", THROUGHPUT: "751Mi"}, f"give it 3004 '{IOPS}'"),
        (GCE, {"replication-type": "zonal"}, "use 'none' or 'regional-pd'"),
        (
            GCE,
            {"type": "hyperdisk-balanced", "replication-type": "regional-pd"},
            "leave it out: hyperdisk-balanced is of one zone",
        ),
        (AZURE, {"skuName": "premium"}, "['skuName']: got 'premium'; use one of Standard_LRS"),
        (AZURE, {"type": "Premium_LRS"}, "['type']: got 'Premium_LRS'; leave it out"),
        (AZURE, {"DiskIOPSReadWrite": "6000"}, "leave it out: the type has its own"),
        (
            AZURE,
            {"skuName": "PremiumV2_LRS", "DiskMBpsReadWrite": "751"},
            "give it 3004 'DiskIOPSReadWrite'",
        ),
        (AZURE, {"skuName": "PremiumV2_LRS", "cachingMode": "ReadOnly"}, "has no cache"),
        (AZURE, {"enableBursting": "true"}, "StandardSSD_LRS has no bursts"),
    ],
)
def test_fails_on_volumes_that_other_clouds_cannot_make(
    provisioner: str, parameters: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        StorageClass(name="disks", provisioner=provisioner, parameters=parameters)
    assert says in str(refused.value)


def test_of_other_drivers_a_program_tells_the_sizes() -> None:
    given = {"pool": "fast"}
    disks = StorageClass(name="fast", provisioner="rbd.csi.ceph.com", parameters=given)
    assert disks.class_parameters == given
    disks.check_claim("Data.size", "1Gi")
    told = replace(disks, sizes=VolumeSizes(least="8Gi", most="2000Gi"))
    told.check_claim("Data.size", "8Gi")
    for size in ("7Gi", "2001Gi"):
        with pytest.raises(ConfigurationError, match="use 8Gi to 2000Gi, or a class"):
            told.check_claim("Data.size", size)
    with pytest.raises(ConfigurationError, match=r"VolumeSizes\.most: got '4Gi'; use at least 8Gi"):
        VolumeSizes(least="8Gi", most="4Gi")
    assert told.expands
    assert not replace(told, sizes=VolumeSizes(grow=False)).expands
    there = ExistingStorageClass(name="standard", reclaim_policy=ReclaimPolicy.DELETE)
    there.check_claim("Data.size", "1Gi")
    with pytest.raises(ConfigurationError):
        there.check_claim("Data.size", "1 Gi")


def test_a_name_in_the_cluster_may_have_dots(app: App) -> None:
    chart = Chart(app, "ground")
    there = ExistingStorageClass(name="ssd.ceph.example.com", reclaim_policy=ReclaimPolicy.RETAIN)
    database = cluster(Chart(app, "database", namespace="app"), storage=PostgresStorage(data=there))
    SecurityBaseline(
        chart,
        "base",
        namespaces=[Namespace(name="app")],
        storage=[there, SCRATCH],
        constructs=[database],
    )
    quota = str(find_all(chart, "ResourceQuota"))
    assert "ssd.ceph.example.com.storageclass.storage.k8s.io/requests.storage" in quota
    with pytest.raises(ConfigurationError, match=r"ExistingStorageClass\.name: got '\.ssd'"):
        ExistingStorageClass(name=".ssd", reclaim_policy=ReclaimPolicy.RETAIN)


@pytest.mark.parametrize(
    ("provisioner", "grow"),
    [("kubernetes.io/no-provisioner", False), ("rancher.io/local-path", False), (GCE, True)],
)
def test_local_volumes_stay_as_large_as_they_are(
    chart: Chart, provisioner: str, *, grow: bool
) -> None:
    storage_class(chart, StorageClass(name="disks", provisioner=provisioner))
    assert find(chart, "StorageClass", "disks")["allowVolumeExpansion"] is grow


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
