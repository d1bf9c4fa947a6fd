"""What hosts and routes look like for each ingress controller, and that it knows every field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    PORTABLE_POLICY,
    ApiTier,
    BlueGreen,
    Canary,
    CircuitBreaker,
    Color,
    ConfigurationError,
    Container,
    CookieMatch,
    ErrorPage,
    HeaderMatch,
    Host,
    KeepAlive,
    LoadBalancing,
    NginxIngress,
    Renderer,
    RequestTimeout,
    ResponseCache,
    Rollout,
    Route,
    SessionCookie,
    Tls,
    TrafficPolicy,
    VirtualServer,
    WebTier,
)
from constructs_lib.testing import find_all, manifests
from tests.traffic.test_policy import GATEWAY

IMAGE = "registry.example.com/shop/web:1.4.2"
FULL = TrafficPolicy(
    load_balancing=LoadBalancing.LEAST_CONNECTIONS,
    circuit_breaker=CircuitBreaker(),
    error_page=ErrorPage(body="<h1>Back soon</h1>"),
    cache=ResponseCache(),
    keep_alive=KeepAlive(),
)
PORTABLE = replace(PORTABLE_POLICY, request_timeout=RequestTimeout(seconds=60))
SCHEMAS = yaml.safe_load((Path(__file__).parent / "fields.yaml").read_text())


def host(renderer: Renderer) -> Host:
    return Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=renderer)


def canary(*matches: HeaderMatch | CookieMatch) -> Canary:
    return Canary(image="registry.example.com/shop/web:1.5.0", step=1, matches=matches)


def closed(schema: Any) -> Any:  # noqa: ANN401 - a JSON schema
    """Return a schema that lets no other field in."""
    if isinstance(schema, dict):
        inner = {key: closed(value) for key, value in schema.items()}
        return {"additionalProperties": False, **inner} if "properties" in schema else inner
    return schema


def unknown_fields(chart: Chart) -> Iterator[str]:
    for manifest in manifests(chart):
        schema = SCHEMAS.get(manifest["kind"])
        if schema:
            validator = jsonschema.Draft202012Validator(closed(schema))
            yield from (error.message for error in validator.iter_errors(manifest["spec"]))


@pytest.mark.mission("B38")
@pytest.mark.mission("B39")
@pytest.mark.mission("B40")
@pytest.mark.mission("B41")
def test_nginx_ingress(chart: Chart, manifest: SnapshotAssertion) -> None:
    shop = host(NginxIngress())
    routes = (Route(), Route(paths=("/live",), name="live", websocket=True))
    WebTier(chart, "web", container=Container(image=IMAGE), host=shop, routes=routes)
    shop.attach(chart)
    assert find_all(chart, "Ingress") == manifest


@pytest.mark.mission("B86")
@pytest.mark.mission("B88")
@pytest.mark.mission("B89")
@pytest.mark.mission("B99")
@pytest.mark.mission("B100")
@pytest.mark.mission("B103")
@pytest.mark.mission("B109")
def test_virtual_server(chart: Chart, manifest: SnapshotAssertion) -> None:
    shop = host(VirtualServer())
    WebTier(
        chart,
        "web",
        container=Container(image=IMAGE),
        host=shop,
        routes=(Route(policy=FULL),),
        rollout=canary(
            HeaderMatch(name="X-Canary", value="always"), CookieMatch(name="canary", value="yes")
        ),
    )
    shop.attach(chart)
    assert [*find_all(chart, "VirtualServer"), *find_all(chart, "Policy")] == manifest
    assert list(unknown_fields(chart)) == []


@pytest.mark.mission("B99")
@pytest.mark.mission("B107")
def test_gateway_api(chart: Chart, manifest: SnapshotAssertion) -> None:
    shop = host(GATEWAY)
    WebTier(
        chart,
        "web",
        container=Container(image=IMAGE),
        host=shop,
        routes=(Route(policy=PORTABLE),),
        rollout=canary(HeaderMatch(name="X-Canary", value="always")),
    )
    shop.attach(chart)
    assert [*find_all(chart, "Gateway"), *find_all(chart, "HTTPRoute")] == manifest
    assert list(unknown_fields(chart)) == []


def test_a_client_stays_with_its_pod_by_a_cookie(chart: Chart) -> None:
    shop = host(VirtualServer())
    route = Route(policy=TrafficPolicy(session_cookie=SessionCookie()))
    ApiTier(chart, "api", container=Container(image=IMAGE), host=shop, routes=(route,))
    shop.attach(chart)
    (server,) = find_all(chart, "VirtualServer")
    assert server["spec"]["upstreams"][0]["sessionCookie"] == {
        "enable": True,
        "name": "route",
        "path": "/",
        "expires": "3600s",
        "httpOnly": True,
        "secure": True,
    }
    assert list(unknown_fields(chart)) == []


@pytest.mark.usefixtures("unattached_hosts")
@pytest.mark.parametrize(
    "policy",
    [
        TrafficPolicy(session_cookie=SessionCookie()),
        TrafficPolicy(load_balancing=LoadBalancing.CLIENT_ADDRESS),
    ],
)
def test_fails_to_share_clients_that_stay_with_their_pod(policy: TrafficPolicy) -> None:
    def tier(rollout: Rollout) -> None:
        ApiTier(
            Chart(App(), "a", namespace="app"),
            "api",
            container=Container(image=IMAGE),
            host=host(VirtualServer()),
            routes=(Route(policy=policy),),
            rollout=rollout,
        )

    with pytest.raises(ConfigurationError, match=r"rollout: got \['stable', 'canary'\]; Virtual"):
        tier(canary())
    tier(replace(canary(HeaderMatch(name="X-Canary", value="1")), step=0))
    tier(replace(canary(), step=4))
    tier(BlueGreen(active=Color.BLUE, green=IMAGE, preview_host="next.example.com"))


def test_a_virtual_server_names_services_of_other_namespaces(app: App) -> None:
    shop = host(VirtualServer())
    ApiTier(Chart(app, "a", namespace="api"), "api", container=Container(image=IMAGE), host=shop)
    shop.attach(Chart(app, "h", namespace="app"))
    (server,) = find_all(app, "VirtualServer")
    assert server["spec"]["upstreams"][0]["service"] == "api/api"
    assert server["spec"]["routes"][0]["policies"][0]["namespace"] == "api"


def test_fails_to_split_traffic_in_a_plain_ingress(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match="NginxIngress cannot split"):
        WebTier(
            chart,
            "w",
            container=Container(image=IMAGE),
            host=host(NginxIngress()),
            rollout=canary(),
        )


def test_fails_to_match_cookies_in_the_gateway_api(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match="GatewayApi matches no cookies"):
        WebTier(
            chart,
            "w",
            container=Container(image=IMAGE),
            host=host(GATEWAY),
            routes=(Route(policy=PORTABLE),),
            rollout=canary(CookieMatch(name="canary", value="yes")),
        )


@pytest.mark.parametrize(
    ("match", "says"),
    [
        (HeaderMatch(name="X_New", value="1"), r"HeaderMatch\.name: got 'X_New'; VirtualServer"),
        (CookieMatch(name="a-b", value="1"), r"CookieMatch\.name: got 'a-b'; VirtualServer wants"),
    ],
)
def test_fails_with_a_match_that_a_virtual_server_does_not_take(
    chart: Chart, match: HeaderMatch | CookieMatch, says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says):
        WebTier(
            chart,
            "w",
            container=Container(image=IMAGE),
            host=host(VirtualServer()),
            rollout=canary(match),
        )


def test_fails_with_a_cookie_that_a_virtual_server_does_not_take(chart: Chart) -> None:
    policy = TrafficPolicy(session_cookie=SessionCookie(name="a-b"))
    with pytest.raises(ConfigurationError, match=r"SessionCookie\.name: got 'a-b'; VirtualServer"):
        ApiTier(
            chart,
            "a",
            container=Container(image=IMAGE),
            host=host(VirtualServer()),
            routes=(Route(policy=policy),),
        )


@pytest.mark.usefixtures("unattached_hosts")
def test_fails_with_two_upstreams_of_one_name(app: App) -> None:
    shop = host(VirtualServer())

    def tier(namespace: str) -> None:
        chart, route = Chart(app, namespace, namespace=namespace), Route(paths=(f"/{namespace}",))
        ApiTier(chart, "api", container=Container(image=IMAGE), host=shop, routes=(route,))

    tier("a")
    with pytest.raises(ConfigurationError, match=r"Route\.name: got ''; choose another: .* api"):
        tier("b")


def test_fails_to_attach_a_gateway_elsewhere(app: App) -> None:
    with pytest.raises(ConfigurationError, match="attach the host in a chart of it"):
        host(GATEWAY).attach(Chart(app, "h", namespace="other"))


def test_fails_when_a_tier_comes_after_its_host(chart: Chart) -> None:
    shop = host(NginxIngress())
    shop.attach(chart)
    with pytest.raises(ConfigurationError, match="call it after 'api'"):
        ApiTier(chart, "api", container=Container(image=IMAGE), host=shop)


def test_fails_when_a_host_is_not_attached(chart: Chart) -> None:
    shop = host(NginxIngress())
    WebTier(chart, "web", container=Container(image="web:1.4.2"), host=shop)
    with pytest.raises(
        RuntimeError, match=r"Host\.attach: got 'shop\.example\.com'; call it after"
    ):
        manifests(chart)
    shop.attach(chart)
    assert manifests(chart) != []


def test_fails_when_a_host_is_attached_twice(chart: Chart) -> None:
    shop = host(NginxIngress())
    shop.attach(chart)
    with pytest.raises(ConfigurationError, match=r"Host\.attach: got .*; call it once in an app"):
        shop.attach(chart)
