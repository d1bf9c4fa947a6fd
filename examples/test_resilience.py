"""What the example of resilience promises to visitors of a tier that fails."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App

from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.pod_counts import fewest
from constructs_lib.testing import check, find_all, manifests, reachability

build = runpy.run_path(str(Path(__file__).parent / "resilience" / "main.py"))["build"]
Objects = list[dict[str, Any]]


@pytest.fixture
def objects(app: App) -> Objects:
    """Return what the example makes, which fits together."""
    build(app)
    check(app)
    return list(manifests(app))


@pytest.fixture
def server(objects: Objects) -> dict[str, Any]:
    """Return the host and its routes."""
    (server,) = find_all(objects, "VirtualServer")
    return dict(server["spec"])


def routes(server: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {route["path"]: route for route in server["routes"]}


@pytest.mark.mission("B86")
@pytest.mark.mission("B87")
def test_a_pod_that_is_left_alone_leaves_another(objects: Objects, server: dict[str, Any]) -> None:
    platform = Platform(objects)
    (web,) = (each for each in server["upstreams"] if each["service"] == "web")
    assert (web["max-fails"], web["fail-timeout"]) == (2, "10s")
    assert web["next-upstream-tries"] > 1, "the request goes on to one that works"
    assert "non_idempotent" not in web["next-upstream"], "and never one that may have been taken"
    (workload,) = (each for each in platform.workloads if each.name == "web")
    assert fewest(platform, workload) > 1


@pytest.mark.mission("B88")
@pytest.mark.mission("B89")
def test_visitors_of_a_tier_that_is_down_meet_one_that_needs_nobody(
    objects: Objects, server: dict[str, Any]
) -> None:
    (page,) = routes(server)["/"]["errorPages"]
    assert set(page["codes"]) >= {502, 503, 504}
    site, path = page["redirect"]["url"].removeprefix("https://").split("/", 1)
    assert site == server["host"]
    stand_in = routes(server)[f"=/{path}"]
    assert "errorPages" not in stand_in, "nobody is sent round in circles"
    assert stand_in["action"]["proxy"]["upstream"] == "fallback"
    called = {way.target for way in reachability(objects) if way.source == "shop/fallback"}
    assert called == set()


@pytest.mark.mission("B103")
@pytest.mark.mission("B109")
def test_only_answers_of_the_web_are_kept(objects: Objects, server: dict[str, Any]) -> None:
    caching = {
        policy["metadata"]["name"]: policy["spec"]["cache"]["allowedMethods"]
        for policy in find_all(objects, "Policy")
        if "cache" in policy["spec"]
    }
    assert caching == {"web-cache": ["GET", "HEAD"]}
    keeping = {
        path
        for path, route in routes(server).items()
        if any(policy["name"] in caching for policy in route.get("policies", []))
    }
    assert keeping == {"/"}
