"""Storage tiers as VolumeSnapshotClasses."""

from __future__ import annotations

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ConfigurationError, ReclaimPolicy, SnapshotClass, StorageClass
from constructs_lib.security.snapshot_classes import SnapshotClasses
from constructs_lib.testing import find, find_all

FAST = StorageClass(name="fast", provisioner="ebs.csi.aws.com", parameters={"type": "gp3"})
STANDARD = StorageClass(name="standard", provisioner="pd.csi.storage.gke.io", is_default=True)


def test_each_tier_has_a_class(cluster: Chart, manifest: SnapshotAssertion) -> None:
    SnapshotClasses(cluster, "snapshots", storage=[FAST, STANDARD])
    assert cluster == manifest


@pytest.mark.mission("B52")
def test_snapshots_may_go_with_their_objects(cluster: Chart) -> None:
    SnapshotClasses(cluster, "snapshots", storage=[FAST], deletion_policy=ReclaimPolicy.DELETE)
    assert find(cluster, "VolumeSnapshotClass", "fast")["deletionPolicy"] == "Delete"


@pytest.mark.mission("B52")
def test_a_tier_has_the_class_of_its_name(cluster: Chart) -> None:
    classes = SnapshotClasses(cluster, "snapshots", storage=[FAST])
    assert classes.of(FAST) == SnapshotClass(name="fast", deletion_policy=ReclaimPolicy.RETAIN)
    with pytest.raises(ConfigurationError, match="add 'standard'"):
        classes.of(STANDARD)


def test_fails_on_a_provisioner_without_snapshots(cluster: Chart) -> None:
    local = StorageClass(name="local", provisioner="kubernetes.io/no-provisioner")
    with pytest.raises(ConfigurationError, match=r"no-provisioner'; leave the class out"):
        SnapshotClasses(cluster, "snapshots", storage=[local])
    assert find_all(cluster, "VolumeSnapshotClass") == []


def test_fails_on_two_tiers_of_one_name(cluster: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"got 'fast'; name each only once"):
        SnapshotClasses(cluster, "snapshots", storage=[FAST, FAST])


def test_fails_on_two_defaults(cluster: Chart) -> None:
    other = StorageClass(name="other", provisioner="ebs.csi.aws.com", is_default=True)
    with pytest.raises(ConfigurationError, match=r"\['standard', 'other'\]; choose one"):
        SnapshotClasses(cluster, "snapshots", storage=[STANDARD, other])


def test_fails_in_a_chart_with_a_namespace(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"got 'app'; leave the namespace out"):
        SnapshotClasses(chart, "snapshots", storage=[FAST])
