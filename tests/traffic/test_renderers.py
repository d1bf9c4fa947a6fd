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
    ApiTier,
    BlueGreen,
    Canary,
    Color,
    ConfigurationError,
    Container,
    Host,
    NginxIngress,
    PublicHost,
    Route,
    Tls,
    TrafficPolicy,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.rollouts import CookieMatch, HeaderMatch, Rollout
from constructs_lib.testing import find_all, manifests
from constructs_lib.traffic import (
    PORTABLE_POLICY,
    CircuitBreaker,
    ErrorPage,
    LoadBalancing,
    Renderer,
    ResponseCache,
    SessionCookie,
)
from tests.traffic.test_policy import GATEWAY

IMAGE = "registry.example.com/shop/web:1.4.2"
FULL = TrafficPolicy(
    load_balancing=LoadBalancing.LEAST_CONNECTIONS,
    circuit_breaker=CircuitBreaker(),
    error_page=ErrorPage(body="<h1>Back soon</h1>"),
    cache=ResponseCache(),
    keep_alive_connections=32,
)
PORTABLE = replace(PORTABLE_POLICY, request_timeout_seconds=60)
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


def test_nginx_ingress(chart: Chart, manifest: SnapshotAssertion) -> None:
    shop = host(NginxIngress())
    routes = (Route(), Route(paths=("/live",), name="live", websocket=True))
    web = WebTier(chart, "web", container=Container(image=IMAGE), host=shop, routes=routes)
    PublicHost(chart, "host", host=shop, constructs=[web])
    assert find_all(chart, "Ingress") == manifest


def test_virtual_server(chart: Chart, manifest: SnapshotAssertion) -> None:
    shop = host(VirtualServer())
    web = WebTier(
        chart,
        "web",
        container=Container(image=IMAGE),
        host=shop,
        routes=(Route(policy=FULL),),
        workload=Workload(
            rollout=canary(
                HeaderMatch(name="X-Canary", value="always"),
                CookieMatch(name="canary", value="yes"),
            )
        ),
    )
    PublicHost(chart, "host", host=shop, constructs=[web])
    assert [*find_all(chart, "VirtualServer"), *find_all(chart, "Policy")] == manifest
    assert list(unknown_fields(chart)) == []


def test_gateway_api(chart: Chart, manifest: SnapshotAssertion) -> None:
    shop = host(GATEWAY)
    web = WebTier(
        chart,
        "web",
        container=Container(image=IMAGE),
        host=shop,
        routes=(Route(policy=PORTABLE),),
        workload=Workload(rollout=canary(HeaderMatch(name="X-Canary", value="always"))),
    )
    PublicHost(chart, "host", host=shop, constructs=[web])
    assert [*find_all(chart, "Gateway"), *find_all(chart, "HTTPRoute")] == manifest
    assert list(unknown_fields(chart)) == []


def test_a_client_stays_with_its_pod_by_a_cookie(chart: Chart) -> None:
    shop = host(VirtualServer())
    route = Route(policy=TrafficPolicy(session_cookie=SessionCookie()))
    api = ApiTier(chart, "api", container=Container(image=IMAGE), host=shop, routes=(route,))
    PublicHost(chart, "host", host=shop, constructs=[api])
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
            workload=Workload(rollout=rollout),
        )

    with pytest.raises(ConfigurationError, match=r"rollout: got \['stable', 'canary'\]; Virtual"):
        tier(canary())
    tier(replace(canary(HeaderMatch(name="X-Canary", value="1")), step=0))
    tier(replace(canary(), step=4))
    tier(BlueGreen(active=Color.BLUE, green=IMAGE, preview_host="next.example.com"))


def test_a_virtual_server_names_services_of_other_namespaces(app: App) -> None:
    shop = host(VirtualServer())
    api = ApiTier(
        Chart(app, "a", namespace="api"), "api", container=Container(image=IMAGE), host=shop
    )
    PublicHost(Chart(app, "h", namespace="app"), "host", host=shop, constructs=[api])
    (server,) = find_all(app, "VirtualServer")
    assert server["spec"]["upstreams"][0]["service"] == "api/api"
    assert server["spec"]["routes"][0]["policies"][0]["namespace"] == "api"


@pytest.mark.parametrize("step", [0, 1, 4])
def test_fails_to_split_traffic_in_a_plain_ingress(chart: Chart, step: int) -> None:
    """At once, and not when the first requests would be the canary's."""
    with pytest.raises(ConfigurationError, match="NginxIngress cannot split"):
        WebTier(
            chart,
            "w",
            container=Container(image=IMAGE),
            host=host(NginxIngress()),
            workload=Workload(rollout=replace(canary(), step=step)),
        )


def test_fails_to_match_cookies_in_the_gateway_api(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match="GatewayApi matches no cookies"):
        WebTier(
            chart,
            "w",
            container=Container(image=IMAGE),
            host=host(GATEWAY),
            routes=(Route(policy=PORTABLE),),
            workload=Workload(rollout=canary(CookieMatch(name="canary", value="yes"))),
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
            workload=Workload(rollout=canary(match)),
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


def test_fails_with_two_upstreams_of_one_name(app: App) -> None:
    shop = host(VirtualServer())
    tiers = [
        ApiTier(
            Chart(app, namespace, namespace=namespace),
            "api",
            container=Container(image=IMAGE),
            host=shop,
            routes=(Route(paths=(f"/{namespace}",)),),
        )
        for namespace in ("a", "b")
    ]
    with pytest.raises(ConfigurationError, match=r"Route\.name: got ''; choose another: .* api"):
        PublicHost(Chart(app, "h", namespace="app"), "host", host=shop, constructs=tiers)


def test_fails_to_make_a_gateway_elsewhere(app: App, chart: Chart) -> None:
    shop = host(GATEWAY)
    web = WebTier(
        chart,
        "web",
        container=Container(image=IMAGE),
        host=shop,
        routes=(Route(policy=PORTABLE_POLICY),),
    )
    with pytest.raises(ConfigurationError, match="make the PublicHost in a chart of it, not of 'o"):
        PublicHost(Chart(app, "h", namespace="other"), "host", host=shop, constructs=[web])
