"""The platform in a service mesh: it fits together as well."""

from __future__ import annotations

import pytest

from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.pod_counts import worst_moment
from constructs_lib.pods import Istio
from constructs_lib.quantities import parse
from constructs_lib.testing import Pods, can_reach, check, find
from tests.platform.reading import TIERS
from tests.platform.shop import Shop, build, setting

ISTIOD = Pods(namespace="istio-system", labels={"app": "istiod"})
PROXY = {"requests.cpu": "100m", "limits.cpu": "500m", "limits.memory": "128Mi"}


@pytest.fixture(scope="module")
def meshed(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform with all tiers in a mesh."""
    return build(tmp_path_factory.mktemp("meshed"), setting("mesh", Istio()))


@pytest.mark.mission("B106")
def test_a_mesh_fits_the_platform(meshed: Shop, shop: Shop) -> None:
    check(meshed.objects)
    for tier in TIERS:
        assert can_reach(meshed.objects, f"app/{tier}", ISTIOD, 15012)
        assert not can_reach(shop.objects, f"app/{tier}", ISTIOD, 15012)


@pytest.mark.mission("B106")
def test_the_quota_has_room_for_all_proxies(meshed: Shop, shop: Shop) -> None:
    with_proxies, without = (
        find(each.core, "ResourceQuota", "quota", "app")["spec"]["hard"] for each in (meshed, shop)
    )
    assert with_proxies["pods"] == without["pods"]
    platform = Platform(meshed.core)
    proxies = sum(
        worst_moment(platform, workload)
        for workload in platform.workloads
        if workload.name in TIERS and workload.namespace == "app"
    )
    for name, amount in PROXY.items():
        room = parse(with_proxies[name]) - parse(without[name])
        assert room >= proxies * parse(amount), name
