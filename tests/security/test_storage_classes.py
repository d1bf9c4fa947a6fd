"""Storage tiers as StorageClasses."""

from __future__ import annotations

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ReclaimPolicy, SecurityBaseline, StorageTier
from constructs_lib.testing import find_all


@pytest.mark.mission("B50")
@pytest.mark.mission("B51")
@pytest.mark.mission("B53")
def test_tiers(cluster: Chart, manifest: SnapshotAssertion) -> None:
    SecurityBaseline(
        cluster,
        "baseline",
        namespaces=[],
        constructs=[],
        storage=[
            StorageTier(
                name="fast",
                provisioner="ebs.csi.aws.com",
                parameters={"type": "io2", "iops": "16000"},
            ),
            StorageTier(name="standard", provisioner="rancher.io/local-path", is_default=True),
            StorageTier(
                name="scratch",
                provisioner="ebs.csi.aws.com",
                reclaim_policy=ReclaimPolicy.DELETE,
            ),
        ],
    )
    assert find_all(cluster, "StorageClass") == manifest
