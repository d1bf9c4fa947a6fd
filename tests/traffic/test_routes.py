"""Routes: exact paths, paths that pods see otherwise, and what a path may look like."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    Canary,
    ConfigurationError,
    Host,
    NginxIngress,
    PublicHost,
    Route,
    Tls,
    WebTier,
    Workload,
)
from constructs_lib.rollouts import HeaderMatch
from constructs_lib.testing import check, find, find_all
from constructs_lib.traffic import PORTABLE_POLICY
from tests.tiers.ends import CONTAINER
from tests.traffic.test_policy import RENDERERS, tls_of
from tests.traffic.test_renderers import unknown_fields

CANARY = Workload(rollout=Canary(image=CONTAINER.image, step=1))


def api(chart: Chart, renderer: str, *routes: Route, workload: Workload = Workload()) -> None:
    host = Host(
        name="shop.example.com", tls=tls_of(RENDERERS[renderer]), renderer=RENDERERS[renderer]
    )
    tier = ApiTier(chart, "api", container=CONTAINER, host=host, routes=routes, workload=workload)
    PublicHost(chart, "host", host=host, constructs=[tier])


@pytest.mark.mission("B39")
@pytest.mark.parametrize("renderer", RENDERERS)
def test_paths_are_exact_and_rewritten(
    chart: Chart, renderer: str, manifest: SnapshotAssertion
) -> None:
    api(
        chart,
        renderer,
        Route(paths=("/api", "/v1"), rewrite="/", policy=PORTABLE_POLICY),
        Route(paths=("/old",), rewrite="/new/api", name="old", policy=PORTABLE_POLICY),
        Route(paths=("/", "/robots.txt"), exact=True, name="exact", policy=PORTABLE_POLICY),
        Route(paths=("/a",), exact=True, rewrite="/b", name="one", policy=PORTABLE_POLICY),
    )
    kinds = ("Ingress", "VirtualServer", "HTTPRoute")
    assert [each for kind in kinds for each in find_all(chart, kind)] == manifest
    assert list(unknown_fields(chart)) == []


def test_a_page_and_all_below_it_may_be_two_routes(app: App, chart: Chart) -> None:
    host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
    routes = [Route(), Route(exact=True, name="home")]
    web = WebTier(chart, "web", container=CONTAINER, host=host, routes=routes)
    PublicHost(chart, "host", host=host, constructs=[web])
    check(app)


@pytest.mark.parametrize("path", ["/.well-known/webfinger", "/@alice", "/~alice", "/v1/items:sum"])
def test_a_path_has_the_letters_that_applications_use(path: str) -> None:
    assert Route(paths=(path,)).paths == (path,)


def test_fails_with_a_path_that_two_routes_have(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Route\.paths: got '/a'; choose another for"):
        api(
            chart,
            "GatewayApi",
            Route(paths=("/a",), policy=PORTABLE_POLICY),
            Route(paths=("/a",), exact=True, name="x", policy=PORTABLE_POLICY),
        )


@pytest.mark.parametrize("rewrite", ["api", "/api/", "/a b", "/$1", "/../a"])
def test_fails_with_a_rewrite_that_is_no_path(rewrite: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Route\.rewrite: got"):
        Route(paths=("/api",), rewrite=rewrite)


def test_fails_to_rewrite_what_a_virtual_server_splits(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Route\.rewrite: got '/'; leave it out where"):
        api(chart, "VirtualServer", Route(paths=("/api",), rewrite="/"), workload=CANARY)


def test_a_gateway_rewrites_for_each_track(chart: Chart) -> None:
    api(
        chart,
        "GatewayApi",
        Route(paths=("/api", "/v1"), rewrite="/", policy=PORTABLE_POLICY),
        workload=CANARY,
    )
    rules = find(chart, "HTTPRoute", "api")["spec"]["rules"]
    assert [rule["matches"][0]["path"]["value"] for rule in rules] == ["/api", "/v1"]
    assert all(len(rule["backendRefs"]) == 2 for rule in rules)


def test_fails_with_more_rules_than_a_gateway_takes(chart: Chart) -> None:
    paths = tuple(f"/{number}" for number in range(16))
    tracks = Canary(image=CONTAINER.image, step=1, matches=(HeaderMatch(name="X", value="1"),))
    with pytest.raises(ConfigurationError, match="number of rules: got 32"):
        api(
            chart,
            "GatewayApi",
            Route(paths=paths, rewrite="/", policy=PORTABLE_POLICY),
            workload=Workload(rollout=tracks),
        )
