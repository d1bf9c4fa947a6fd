"""Storage tiers as StorageClasses, and classes that are there already."""

from __future__ import annotations

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ExistingStorageClass,
    Namespace,
    ReclaimPolicy,
    SecurityBaseline,
    StorageClass,
)
from constructs_lib.facts import Footprint, VolumeClaim
from constructs_lib.quantities import parse
from constructs_lib.testing import find, find_all
from tests.security.workloads import of_size


def test_tiers(cluster: Chart, manifest: SnapshotAssertion) -> None:
    SecurityBaseline(
        cluster,
        "baseline",
        namespaces=[],
        constructs=[],
        storage=[
            StorageClass(
                name="fast",
                provisioner="ebs.csi.aws.com",
                parameters={"type": "io2", "iops": "16000"},
            ),
            StorageClass(name="standard", provisioner="rancher.io/local-path", is_default=True),
            StorageClass(
                name="scratch",
                provisioner="ebs.csi.aws.com",
                reclaim_policy=ReclaimPolicy.DELETE,
            ),
        ],
    )
    assert find_all(cluster, "StorageClass") == manifest


def test_a_class_that_is_there_is_counted_and_not_made(cluster: Chart) -> None:
    standard = ExistingStorageClass(name="standard", reclaim_policy=ReclaimPolicy.DELETE)
    claimed = VolumeClaim(storage_class="standard", size=parse("5Gi"), count=2)
    SecurityBaseline(
        cluster,
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[of_size(Footprint(namespace="app", claims=(claimed,)))],
        # One for what must be fast, and for what is much.
        storage=[standard, standard],
    )
    assert find_all(cluster, "StorageClass") == []
    hard = find(cluster, "ResourceQuota", "quota", "app")["spec"]["hard"]
    assert hard["standard.storageclass.storage.k8s.io/requests.storage"] == "12Gi"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {"encrypted": "true"}),
        ({"type": "gp3", "kmsKeyId": "alias/shop"}, {"encrypted": "true"}),
        ({"encrypted": "false"}, {"encrypted": "false"}),
        ({"Encrypted": "false"}, {"Encrypted": "false"}),
    ],
)
@pytest.mark.mission("B63")
def test_volumes_are_encrypted_unless_it_is_said_otherwise(
    cluster: Chart, given: dict[str, str], told: dict[str, str]
) -> None:
    tier = StorageClass(name="disks", provisioner="ebs.csi.aws.com", parameters=given)
    SecurityBaseline(cluster, "baseline", namespaces=[], constructs=[], storage=[tier])
    assert find(cluster, "StorageClass", "disks")["parameters"] == {**given, **told}
