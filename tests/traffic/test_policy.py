"""Each part of a policy refuses what cannot work; each renderer expresses it or refuses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    GatewayApi,
    Host,
    NginxIngress,
    PublicHost,
    RateLimit,
    Route,
    Timeouts,
    Tls,
    TrafficPolicy,
    VirtualServer,
)
from constructs_lib.facts import Neighbour
from constructs_lib.pods import Scratch
from constructs_lib.testing import check, find_all
from constructs_lib.traffic import (
    PORTABLE_POLICY,
    AwsCertificate,
    CircuitBreaker,
    ClientAffinity,
    ErrorPage,
    ErrorRedirect,
    ExistingGateway,
    LoadBalancer,
    LoadBalancing,
    PreferredPolicy,
    RateLimitKey,
    Renderer,
    ResponseCache,
    Retry,
    SessionCookie,
    TlsInFront,
)
from constructs_lib.traffic.capabilities import EXPRESSED
from tests.traffic.parts import PARTS, Part

GATEWAY = GatewayApi(
    gateway_class="nginx",
    namespace="app",
    controller=Neighbour(name="gateway", namespace="gateways", selector={"app": "gateway"}),
)
EXISTING = ExistingGateway(name="edge", namespace="infra", controller=GATEWAY.controller)
RENDERERS: dict[str, Renderer] = {
    "NginxIngress": NginxIngress(),
    "VirtualServer": VirtualServer(),
    "GatewayApi": GATEWAY,
    "ExistingGateway": EXISTING,
}


def tls_of(renderer: Renderer) -> Tls | TlsInFront:
    return TlsInFront() if renderer is EXISTING else Tls(secret_name="shop-tls")


REFUSED: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (Timeouts, {"connect_seconds": 76}, "Timeouts.connect_seconds: got 76"),
    (Timeouts, {"read_seconds": 0}, "Timeouts.read_seconds: got 0"),
    (TrafficPolicy, {"request_timeout_seconds": 0}, "TrafficPolicy.request_timeout_seconds: got 0"),
    (Retry, {"attempts": 1}, "Retry.attempts: got 1; use a whole number from 2 to 10"),
    (Retry, {"on": ()}, "name one or more of RetryOn"),
    (Retry, {"on": ("non_idempotent",)}, "give one of RetryOn.ERROR, "),
    (RateLimit, {"requests_per_second": 0}, "RateLimit.requests_per_second: got 0"),
    (RateLimit, {"burst": 0}, "RateLimit.burst: got 0"),
    (RateLimit, {"key": "host"}, "RateLimit.key: got 'host'; give one of RateLimitKey.CLIENT_ADD"),
    (TrafficPolicy, {"allowed_ranges": ()}, "TrafficPolicy.allowed_ranges: got (); name who may"),
    (
        TrafficPolicy,
        {"allowed_ranges": "10.0.0.0/8"},
        "TrafficPolicy.allowed_ranges: got '10.0.0.0/8'; give a tuple",
    ),
    (TrafficPolicy, {"allowed_ranges": ("10.0.0.1/8",)}, "use a range such as"),
    (TrafficPolicy, {"response_header_limit": "16kb"}, "TrafficPolicy.response_header_limit"),
    (
        TrafficPolicy,
        {"response_headers": {"X A": "b"}},
        "TrafficPolicy.response_headers: got 'X A'",
    ),
    (TrafficPolicy, {"response_headers": {"X-A": "$b"}}, "write one line without '$'"),
    (TrafficPolicy, {"response_headers": {"X-A": "b\nc"}}, "write one line without '$'"),
    (TrafficPolicy, {"response_headers": {"X-A": "b", "x-a": "c"}}, "name each only once"),
    (
        TrafficPolicy,
        {"response_headers": {"strict-transport-security": "max-age=1"}},
        "say it in Tls.hsts_seconds",
    ),
    *(
        (TrafficPolicy, {"response_headers": {name: "0"}}, f"got '{name}'; leave it to the appl")
        for name in ("Content-Length", "Set-Cookie", "connection", "Transfer-Encoding")
    ),
    (SessionCookie, {"name": "a b"}, "SessionCookie.name: got 'a b'"),
    (TrafficPolicy, {"body_limit": "8 MB"}, "TrafficPolicy.body_limit: got '8 MB'"),
    (CircuitBreaker, {"failures": 0}, "CircuitBreaker.failures: got 0"),
    (ErrorPage, {"body": "${host}"}, "leave out '$'"),
    (ErrorPage, {"body": "x", "codes": ()}, "ErrorPage.codes: got (); name at least one status"),
    (ErrorPage, {"body": "x", "status": 200}, "ErrorPage.status: got 200"),
    (ErrorPage, {"body": "x", "codes": (200,)}, "ErrorPage.codes: got 200"),
    (ErrorPage, {"body": "x", "content_type": "html"}, "ErrorPage.content_type"),
    (
        ErrorPage,
        {"body": "x", "content_type": "text/html; charset=utf-8"},
        "ErrorPage.content_type",
    ),
    (ErrorPage, {"body": ""}, "ErrorPage.body"),
    (ErrorRedirect, {"url": "http://shop.example.com"}, "ErrorRedirect.url"),
    (ErrorRedirect, {"url": "https://shop.example.com/${uri}"}, "ErrorRedirect.url"),
    (ErrorRedirect, {"url": "https://shop.example.com/", "codes": (200,)}, "ErrorRedirect.codes"),
    (ResponseCache, {"size": "1000"}, "use whole Mi"),
    (ResponseCache, {"seconds": 0}, "ResponseCache.seconds: got 0"),
    (TrafficPolicy, {"keep_alive_connections": 0}, "TrafficPolicy.keep_alive_connections: got 0"),
    (
        TrafficPolicy,
        {
            "session_cookie": SessionCookie(),
            "load_balancing": LoadBalancing.CLIENT_ADDRESS,
        },
        "a client stays with its pod by one of the two",
    ),
    (Route, {"paths": ()}, "number of Route.paths: got 0"),
    (Route, {"paths": ("/a", "/a")}, "only once"),
    (Route, {"paths": ("/a/",)}, "write '/a'"),
    (Route, {"paths": ("/a.*",)}, "Route.paths"),
    (Route, {"name": "Live"}, "Route.name: got 'Live'"),
    (Tls, {"secret_name": "Shop"}, "Tls.secret_name"),
    (Tls, {"secret_name": "shop-tls", "hsts_seconds": -1}, "Tls.hsts_seconds: got -1"),
    (TlsInFront, {"hsts_seconds": -1}, "TlsInFront.hsts_seconds: got -1"),
    (LoadBalancer, {"source_ranges": ()}, "name who may come in"),
    (LoadBalancer, {"source_ranges": ("203.0.113.1",)}, "LoadBalancer.source_ranges"),
    (LoadBalancer, {"source_ranges": ("10.0.0.0/8",), "ports": (0,)}, "LoadBalancer.ports: got 0"),
    (AwsCertificate, {"arn": "shop"}, "arn:aws:acm"),
    (ClientAffinity, {"timeout_seconds": 86_401}, "from 1 to 86400"),
]


@pytest.mark.mission("B136")
@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    REFUSED,
    ids=[f"{kind.__name__}-{number}" for number, (kind, _, _) in enumerate(REFUSED)],
)
def test_fails(kind: Callable[..., Any], arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        kind(**arguments)
    assert says in str(refused.value)


def rendered(
    chart: Chart, renderer: Renderer, policy: TrafficPolicy | PreferredPolicy, id: str
) -> list[Any]:
    host = Host(name=f"{id}.example.com", tls=tls_of(renderer), renderer=renderer)
    api = ApiTier(
        chart,
        id,
        container=Container(
            image="registry.example.com/shop/api:2.0.3",
            volumes=[Scratch(mount_path="/tmp", size="256Mi")],  # noqa: S108 - a mount, not a file
        ),
        host=host,
        routes=(Route(policy=policy),),
    )
    PublicHost(chart, f"{id}-host", host=host, constructs=[api])
    kinds = ("Ingress", "VirtualServer", "Policy", "HTTPRoute")
    objects = [m for kind in kinds for m in find_all(chart, kind)]
    return [repr(m).replace(id, "X") for m in objects if id in repr(m)]


@pytest.mark.mission("B86")
@pytest.mark.mission("B87")
@pytest.mark.mission("B88")
@pytest.mark.mission("B89")
@pytest.mark.mission("B107")
@pytest.mark.mission("B109")
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.field)
@pytest.mark.parametrize("name", RENDERERS)
def test_each_part_is_expressed_or_refused(name: str, part: Part, chart: Chart) -> None:
    able = [other for other, parts in EXPRESSED.items() if part.field in parts]
    if name in able:
        plain = rendered(chart, RENDERERS[name], PORTABLE_POLICY, "plain")
        assert rendered(chart, RENDERERS[name], part.policy, "other") != plain, "lost in silence"
        check(chart)
    else:
        said = rf"TrafficPolicy\.{part.field}: .*{name} cannot express it; .*: {' or '.join(able)}$"
        if part.value == getattr(TrafficPolicy(), part.field):
            said = rf"\['{part.field}'\]; {name} cannot express these, .* say {part.field}=None"
        with pytest.raises(ConfigurationError, match=said):
            rendered(chart, RENDERERS[name], part.policy, "other")


@pytest.mark.parametrize("name", ["GatewayApi", "ExistingGateway"])
def test_all_that_a_renderer_cannot_express_is_said_at_once(name: str, chart: Chart) -> None:
    policy = TrafficPolicy(request_timeout_seconds=300, cache=ResponseCache())
    with pytest.raises(ConfigurationError) as refused:
        rendered(chart, RENDERERS[name], policy, "web")
    cache, usual = str(refused.value).splitlines()
    assert cache.startswith("TrafficPolicy.cache: got ResponseCache(")
    assert usual.endswith(
        f"{name} cannot express these, which it has by default; begin with PORTABLE_POLICY, or say "
        "timeouts=None, retry=None, rate_limit=None, body_limit=None"
    )


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.field)
@pytest.mark.parametrize("name", RENDERERS)
def test_what_is_preferred_is_done_where_it_can_be(name: str, part: Part, chart: Chart) -> None:
    preferred = rendered(chart, RENDERERS[name], PreferredPolicy(policy=part.policy), "preferred")
    done = part.policy if part.field in EXPRESSED[name] else PORTABLE_POLICY
    assert preferred == rendered(chart, RENDERERS[name], done, "written")


def test_no_retry_is_said_to_controllers_that_retry(chart: Chart) -> None:
    assert "'nginx.org/proxy-next-upstream': 'off'" in str(
        rendered(chart, NginxIngress(), PORTABLE_POLICY, "plain")
    )


@pytest.mark.parametrize("value", ["default-src 'self', https:", "a:b", 'say "hello"'])
def test_a_header_that_no_annotation_can_have_is_refused(chart: Chart, value: str) -> None:
    policy = replace(PORTABLE_POLICY, response_headers={"X-Note": value})
    said = r"response_headers\['X-Note'\].*use VirtualServer"
    with pytest.raises(ConfigurationError, match=said):
        rendered(chart, NginxIngress(), policy, "plain")


def test_quotes_of_a_header_end_no_text_of_nginx(chart: Chart) -> None:
    policy = replace(PORTABLE_POLICY, response_headers={"X-Note": 'say "hello"'})
    rendered(chart, VirtualServer(), policy, "other")
    (server,) = find_all(chart, "VirtualServer")
    headers = server["spec"]["routes"][0]["action"]["proxy"]["responseHeaders"]["add"]
    assert headers[1] == {"name": "X-Note", "value": r"say \"hello\"", "always": True}


def test_a_limit_of_a_host_is_for_all_replicas_of_the_controller(chart: Chart) -> None:
    policy = replace(PORTABLE_POLICY, rate_limit=RateLimit(key=RateLimitKey.HOST))
    plain = str(rendered(chart, NginxIngress(), policy, "plain"))
    assert "'nginx.org/limit-req-key': '${server_name}'" in plain
    assert "'nginx.org/limit-req-scale': 'true'" in plain
    assert "'scale': True" in str(rendered(chart, VirtualServer(), policy, "other"))
