"""No field of a policy is lost: each renderer writes another manifest for another value."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import (
    PORTABLE_POLICY,
    ApiTier,
    BodyLimit,
    CircuitBreaker,
    ConfigurationError,
    Container,
    ErrorPage,
    ErrorRedirect,
    Host,
    KeepAlive,
    LoadBalancing,
    NginxIngress,
    PublicHost,
    RateLimit,
    RequestTimeout,
    ResponseCache,
    Retry,
    RetryOn,
    Route,
    SessionCookie,
    Timeouts,
    Tls,
    TrafficPolicy,
)
from constructs_lib.testing import find_all, manifests
from constructs_lib.traffic import gateway_api, nginx_annotations, virtual_server_fields
from constructs_lib.traffic.policy import NoRetry
from tests.traffic.test_policy import RENDERERS

PARTS: list[tuple[Any, dict[str, Any]]] = [
    (Timeouts(), {"connect_seconds": 6, "read_seconds": 61, "send_seconds": 62}),
    (RequestTimeout(), {"seconds": 61}),
    (Retry(), {"attempts": 3, "on": (RetryOn.ERROR,), "timeout_seconds": 11}),
    (RateLimit(), {"requests_per_second": 51, "burst": 101}),
    (SessionCookie(), {"name": "pod", "expires_seconds": 3601}),
    (BodyLimit(), {"size": "9Mi"}),
    (CircuitBreaker(), {"failures": 4, "window_seconds": 11}),
    (
        ErrorPage(body="Back soon"),
        {"body": "Gone", "codes": (502,), "status": 500, "content_type": "text/plain"},
    ),
    (
        ErrorRedirect(url="https://shop.example.com/unavailable"),
        {"url": "https://shop.example.com/later", "codes": (503,)},
    ),
    (ResponseCache(), {"seconds": 61, "size": "257Mi"}),
    (KeepAlive(), {"connections": 33}),
]
DISPATCHES: dict[str, Any] = {
    "NginxIngress": nginx_annotations.annotate,
    "VirtualServer": virtual_server_fields.express,
    "GatewayApi": gateway_api.express,
}
# What a renderer has no implementation for it refuses, which the tests of policies show.
CASES = [
    (writer, part, field, value)
    for writer, dispatch in DISPATCHES.items()
    for part, others in PARTS
    if type(part) in dispatch.registry
    for field, value in others.items()
]


def write(writer: str, part: object) -> object:
    """Return what a renderer makes of a part of a policy."""
    dispatch = DISPATCHES[writer]
    return dispatch(part, "api") if writer == "NginxIngress" else dispatch(part)


def test_all_fields_are_looked_at() -> None:
    looked_at = {type(part): set(others) for part, others in PARTS}
    assert looked_at == {kind: {field.name for field in fields(kind)} for kind in looked_at}
    written = {kind for dispatch in DISPATCHES.values() for kind in dispatch.registry}
    assert set(looked_at) == {kind for kind in written - {NoRetry} if is_dataclass(kind)}


@pytest.mark.parametrize(
    ("writer", "part", "field", "value"),
    CASES,
    ids=[f"{writer}-{type(part).__name__}.{field}" for writer, part, field, _ in CASES],
)
def test_another_value_is_written(writer: str, part: Any, field: str, value: object) -> None:  # noqa: ANN401
    assert write(writer, part) != write(writer, replace(part, **{field: value}))


@pytest.mark.mission("B80")
@pytest.mark.parametrize("writer", ["NginxIngress", "VirtualServer"])
def test_each_way_to_balance_is_another(writer: str) -> None:
    ways = [write(writer, way) for way in LoadBalancing]
    assert all(ways.count(way) == 1 for way in ways)


@pytest.mark.parametrize(
    ("size", "written"), [("8Mi", "8m"), ("1500Ki", "1500k"), ("1500", "1500"), ("1Gi", "1024m")]
)
def test_sizes_are_written_as_nginx_does(size: str, written: str) -> None:
    assert nginx_annotations.nginx_size(size) == written


def api(chart: Chart, host: Host, policy: TrafficPolicy = TrafficPolicy()) -> None:
    container = Container(image="registry.example.com/shop/api:2.0.3")
    tier = ApiTier(chart, "api", container=container, host=host, routes=(Route(policy=policy),))
    PublicHost(chart, "host", host=host, constructs=[tier])


@pytest.mark.mission("B38")
@pytest.mark.parametrize(
    ("seconds", "written"),
    [(None, {}), (600, {"nginx.org/hsts": "true", "nginx.org/hsts-max-age": "600"})],
)
def test_browsers_insist_on_tls_for_as_long_as_told(
    chart: Chart, seconds: int | None, written: dict[str, str]
) -> None:
    tls = Tls(secret_name="shop-tls", hsts_seconds=seconds)
    api(chart, Host(name="shop.example.com", tls=tls, renderer=NginxIngress()))
    (master,) = (m for m in find_all(chart, "Ingress") if "tls" in m["spec"])
    annotations = master["metadata"]["annotations"]
    assert {key: annotations[key] for key in annotations if "hsts" in key} == written
    assert annotations["nginx.org/ssl-redirect"] == "true"


@pytest.mark.mission("B38")
@pytest.mark.parametrize("seconds", [None, 600])
@pytest.mark.parametrize("renderer", ["VirtualServer", "GatewayApi"])
def test_custom_resources_say_it_as_a_header(
    chart: Chart, renderer: str, seconds: int | None
) -> None:
    tls = Tls(secret_name="shop-tls", hsts_seconds=seconds)
    host = Host(name="shop.example.com", tls=tls, renderer=RENDERERS[renderer])
    api(chart, host, PORTABLE_POLICY)
    written = str([*find_all(chart, "VirtualServer"), *find_all(chart, "HTTPRoute")])
    assert ("'Strict-Transport-Security', 'value': 'max-age=600'" in written) == bool(seconds)
    assert ("Strict-Transport-Security" in written) == bool(seconds)


@pytest.mark.parametrize("name", ["localhost", "Shop.example.com", "shop_1.example.com", "*.a.b"])
def test_fails_with_what_is_no_host(name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Host(name=name, tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
    assert str(refused.value).startswith(f"Host.name: got {name!r}; use a ")


@pytest.mark.parametrize("name", ["10.0.0.1", f"{'a' * 60}.example.com"])
def test_fails_where_the_object_of_a_host_could_have_no_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"Host.name: got '{name.replace('.', '-')}'"):
        Host(name=name, tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())


@pytest.mark.parametrize("renderer", ["NginxIngress", "VirtualServer"])
def test_the_class_is_written(chart: Chart, renderer: str) -> None:
    other = replace(RENDERERS[renderer], ingress_class="edge")  # type: ignore[type-var]
    api(chart, Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=other))
    classes = {
        manifest["spec"]["ingressClassName"]
        for manifest in manifests(chart)
        if "ingressClassName" in manifest.get("spec", {})
    }
    assert classes == {"edge"}
