"""The volumes of the platform can be made by the driver that it names, and are encrypted."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import StorageClass
from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import find_all
from tests.platform.shop import Shop


def classes(shop: Shop) -> dict[str, dict[str, Any]]:
    """Return the classes of storage, by name."""
    return {each["metadata"]["name"]: each for each in find_all(shop.core, "StorageClass")}


@pytest.mark.mission("B51")
@pytest.mark.mission("B53")
def test_each_volume_comes_from_a_tier_that_fits_it(shop: Shop) -> None:
    """The database waits for its disk; what is watched is much; a drill is thrown away."""
    claimed: dict[str, set[str]] = {}
    for workload in Platform(shop.core).workloads:
        for claim in workload.claims:
            claimed.setdefault(claim["storageClassName"], set()).add(workload.name)
    assert claimed == {
        "fast": {"postgres"},
        "bulk": {"elasticsearch", "logstash", "prometheus", "alertmanager", "grafana"},
        "scratch": {"postgres-restore-drill"},
    }
    told = {name: each["parameters"] for name, each in classes(shop).items()}
    assert told.keys() == claimed.keys()
    assert told["fast"]["iops"] == "6000"
    assert "iops" not in told["bulk"]
    kept = {name: each["reclaimPolicy"] for name, each in classes(shop).items()}
    assert kept == {"fast": "Retain", "bulk": "Retain", "scratch": "Delete"}


@pytest.mark.mission("B50")
def test_each_claim_can_be_made(shop: Shop) -> None:
    """By the driver that is named, of which the limits are known, with what it is told."""
    claims = [(each.name, claim) for each in Platform(shop.core).workloads for claim in each.claims]
    assert claims
    for workload, claim in claims:
        found = classes(shop)[claim["storageClassName"]]
        assert found["provisioner"] == "ebs.csi.aws.com"
        storage = StorageClass(
            name=claim["storageClassName"],
            provisioner=found["provisioner"],
            parameters=found["parameters"],
        )
        storage.check_claim(workload, claim["resources"]["requests"]["storage"])


@pytest.mark.mission("B63")
def test_each_volume_is_encrypted(shop: Shop) -> None:
    told = [each["parameters"]["encrypted"] for each in classes(shop).values()]
    assert told == ["true"] * 3
