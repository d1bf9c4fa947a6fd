"""A page that stands in for a tier, and who leads there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    AddressFamily,
    Cluster,
    ConfigurationError,
    FallbackPage,
    GatewayApi,
    Host,
    Namespace,
    NginxIngress,
    PublicHost,
    Route,
    SecurityBaseline,
    Tls,
    TrafficPolicy,
    VirtualServer,
    WebTier,
)
from constructs_lib.facts import Neighbour
from constructs_lib.testing import check, find, manifests
from constructs_lib.traffic import PORTABLE_POLICY, Renderer
from tests.tiers.ends import CONTAINER

PAGE = "<h1>Back soon</h1>"


def host(renderer: Renderer) -> Host:
    return Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=renderer)


def test_defaults(app: App, chart: Chart, manifest: SnapshotAssertion) -> None:
    shop = host(VirtualServer())
    fallback = FallbackPage(chart, "fallback", host=shop, page=PAGE)
    public_host = PublicHost(chart, "host", host=shop, constructs=[fallback])
    SecurityBaseline(
        Chart(app, "cluster"),
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[fallback, public_host],
    )
    check(app)
    assert manifests(chart) == manifest


def test_the_usual_objects(chart: Chart) -> None:
    fallback = FallbackPage(chart, "fallback", host=host(VirtualServer()), page=PAGE)
    made = [(each.kind, each.name) for each in (fallback.deployment, fallback.service)]
    assert made == [("Deployment", "fallback"), ("Service", "fallback")]


def test_where_there_is_ipv6_it_listens_on_that_too(app: App) -> None:
    Cluster(addresses=AddressFamily.DUAL).attach(app)
    chart = Chart(app, "web", namespace="app")
    FallbackPage(chart, "fallback", host=host(VirtualServer()), page=PAGE)
    text = find(chart, "ConfigMap", "fallback-configuration")["data"]["nginx.conf"]
    assert "listen [::]:8080 ipv6only=off;" in text


@pytest.mark.mission("B88")
@pytest.mark.mission("B89")
def test_a_tier_that_is_down_leads_there(chart: Chart) -> None:
    shop = host(VirtualServer())
    fallback = FallbackPage(chart, "fallback", host=shop, page=PAGE)
    route = Route(policy=TrafficPolicy(error_page=fallback.error_page))
    web = WebTier(chart, "web", container=CONTAINER, host=shop, routes=(route,))
    PublicHost(chart, "host", host=shop, constructs=[fallback, web])
    routes: list[dict[str, Any]] = find(chart, "VirtualServer", "shop-example-com")["spec"][
        "routes"
    ]
    led = {each["path"]: each.get("errorPages") for each in routes}
    assert led == {
        "=/unavailable": None,
        "/unavailable/": None,
        "/": [
            {
                "codes": [502, 503, 504],
                "redirect": {"code": 302, "url": "https://shop.example.com/unavailable"},
            }
        ],
    }


@pytest.mark.mission("B88")
@pytest.mark.parametrize(
    "renderer",
    [
        NginxIngress(),
        GatewayApi(
            gateway_class="nginx",
            namespace="app",
            controller=Neighbour(name="gateway", namespace="gateways", selector={"app": "gateway"}),
        ),
    ],
)
def test_fails_with_a_controller_that_leads_nowhere(renderer: Renderer, chart: Chart) -> None:
    shop = host(renderer)
    fallback = FallbackPage(chart, "fallback", host=shop, page=PAGE)
    policy = replace(PORTABLE_POLICY, error_page=fallback.error_page)
    with pytest.raises(ConfigurationError, match="use a renderer that does: VirtualServer"):
        WebTier(chart, "web", container=CONTAINER, host=shop, routes=(Route(policy=policy),))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"replicas": 0}, r"FallbackPage\.replicas: got 0"),
        ({"path": "unavailable"}, r"Route\.paths"),
        ({"image": "nginx:latest"}, r"Container\.image"),
    ],
)
def test_fails(arguments: dict[str, Any], says: str, chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=says):
        FallbackPage(chart, "fallback", host=host(VirtualServer()), page=PAGE, **arguments)
