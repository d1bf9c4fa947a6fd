"""The platform with what main.py does not use: it fits together as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.scale import fewest
from constructs_lib.quantities import parse
from constructs_lib.testing import Pods, can_reach, check, find, find_all, reachability
from tests.platform.shop import Shop, build, edited

TIERS = ("api", "socket", "web")
PODS = 3 * 23
ISTIOD = Pods(namespace="istio-system", labels={"app": "istiod"})
IMPORTED = (
    *("CircuitBreaker", "FallbackPage", "ResponseCache", "Route", "TrafficPolicy"),
    "VirtualServer",
)
POLICY = """
        routes=[
            Route(
                policy=TrafficPolicy(
                    cache=ResponseCache(),
                    circuit_breaker=CircuitBreaker(failures=2),
                    error_page=fallback.error_page,
                    keep_alive_connections=32,
                )
            )
        ],
"""
FALLBACK = """
    fallback = FallbackPage(
        chart("35-fallback"), "fallback", host=host, page="<h1>Back soon</h1>"
    )
"""


def _variant(patch: pytest.MonkeyPatch, folder: Path, *changes: tuple[str, str]) -> Shop:
    return build(edited(patch, folder, *changes), folder / "dist")


@pytest.fixture(scope="module")
def resilient(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform with a page to fall back to, and all that a controller can do."""
    with pytest.MonkeyPatch.context() as patch:
        return _variant(
            patch,
            tmp_path_factory.mktemp("resilient"),
            (
                "    NginxIngress,\n",
                "".join(f"    {name},\n" for name in IMPORTED),
            ),
            ("renderer=NginxIngress()", "renderer=VirtualServer()"),
            ("    web = WebTier(\n", f"{FALLBACK}    web = WebTier(\n"),
            ("        nextjs=NextJs", f"{POLICY}        nextjs=NextJs"),
            ("constructs=[api, socket, web]", "constructs=[api, socket, web, fallback]"),
            ("socket, web, public_host]", "socket, web, fallback, public_host]"),
        )


def _routes(shop: Shop) -> dict[str, dict[str, Any]]:
    (server,) = find_all(shop.core, "VirtualServer")
    return {route["path"]: route for route in server["spec"]["routes"]}


@pytest.mark.mission("B86")
@pytest.mark.mission("B87")
@pytest.mark.mission("B88")
@pytest.mark.mission("B89")
@pytest.mark.mission("B103")
@pytest.mark.mission("B107")
@pytest.mark.mission("B109")
def test_all_that_a_controller_can_do_fits_the_platform(resilient: Shop) -> None:
    check(resilient.objects)


@pytest.mark.mission("B86")
def test_a_pod_that_is_left_alone_leaves_another(resilient: Shop) -> None:
    platform = Platform(resilient.core)
    (server,) = find_all(resilient.core, "VirtualServer")
    (web,) = (each for each in server["spec"]["upstreams"] if each["service"] == "web")
    assert (web["max-fails"], web["fail-timeout"]) == (2, "10s")
    assert web["next-upstream-tries"] > 1, "the request goes on to one that works"
    (workload,) = (each for each in platform.workloads if each.path == "app/web")
    assert fewest(platform, workload) > 1


@pytest.mark.mission("B88")
@pytest.mark.mission("B89")
def test_visitors_of_a_tier_that_is_down_meet_one_that_needs_nobody(resilient: Shop) -> None:
    (server,) = find_all(resilient.core, "VirtualServer")
    routes = _routes(resilient)
    (page,) = routes["/"]["errorPages"]
    site, path = page["redirect"]["url"].removeprefix("https://").split("/", 1)
    assert site == server["spec"]["host"]
    stand_in = routes[f"=/{path}"]
    assert "errorPages" not in stand_in, "nobody is sent round in circles"
    assert stand_in["action"]["proxy"]["upstream"] == "fallback"
    called = {way.target for way in reachability(resilient.core) if way.source == "app/fallback"}
    assert called == set()


@pytest.mark.mission("B103")
@pytest.mark.mission("B109")
def test_only_answers_of_the_web_are_kept(resilient: Shop) -> None:
    caching = {
        policy["metadata"]["name"]: policy["spec"]["cache"]["allowedMethods"]
        for policy in find_all(resilient.core, "Policy")
        if "cache" in policy["spec"]
    }
    assert caching == {"web-cache": ["GET", "HEAD"]}
    keeping = {
        path
        for path, route in _routes(resilient).items()
        if any(policy["name"] in caching for policy in route.get("policies", []))
    }
    assert keeping == {"/"}


@pytest.fixture(scope="module")
def meshed(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform with all tiers in a mesh."""
    with pytest.MonkeyPatch.context() as patch:
        return _variant(
            patch,
            tmp_path_factory.mktemp("meshed"),
            ("    LoadBalancer,\n", "    Istio,\n    LoadBalancer,\n"),
            ("calls=[object_store]", "calls=[object_store], mesh=Istio()"),
            *(
                (
                    f"container=Container(image=settings.images.{tier}),",
                    (
                        f"container=Container(image=settings.images.{tier}), "
                        "workload=Workload(mesh=Istio()),"
                    ),
                )
                for tier in ("socket", "web")
            ),
        )


@pytest.mark.mission("B106")
def test_a_mesh_fits_the_platform(meshed: Shop, shop: Shop) -> None:
    check(meshed.objects)
    for tier in TIERS:
        assert can_reach(meshed.objects, f"app/{tier}", ISTIOD, 15012)
        assert not can_reach(shop.objects, f"app/{tier}", ISTIOD, 15012)


@pytest.mark.mission("B106")
def test_the_quota_has_room_for_all_proxies(meshed: Shop, shop: Shop) -> None:
    with_proxies, without = (
        {name: parse(amount) for name, amount in _hard(each).items()} for each in (meshed, shop)
    )
    assert with_proxies["pods"] == without["pods"]
    proxy = {"requests.cpu": "100m", "limits.cpu": "500m", "limits.memory": "128Mi"}
    for name, amount in proxy.items():
        assert with_proxies[name] - without[name] >= PODS * parse(amount)


def _hard(shop: Shop) -> dict[str, str]:
    hard: dict[str, str] = find(shop.core, "ResourceQuota", "quota", "app")["spec"]["hard"]
    return hard
