"""No field of a policy is lost: each renderer writes another manifest for another value."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Host,
    NginxIngress,
    PublicHost,
    Route,
    Tls,
    TrafficPolicy,
)
from constructs_lib.testing import find_all, manifests
from constructs_lib.traffic import (
    PORTABLE_POLICY,
    LoadBalancing,
    nginx_annotations,
)
from constructs_lib.traffic.capabilities import EXPRESSED
from tests.traffic.parts import PARTS, Part
from tests.traffic.test_policy import RENDERERS, rendered

# What a renderer does not express it refuses, which the tests of policies show.
CASES = [
    pytest.param(renderer, part, name, id=f"{renderer}-{part.field}-{name}")
    for renderer in RENDERERS
    for part in PARTS
    if part.field in EXPRESSED[renderer]
    for name in part.others
]


def test_all_fields_are_looked_at() -> None:
    assert {part.field for part in PARTS} == {field.name for field in fields(TrafficPolicy)}
    for part in PARTS:
        own = fields(part.value) if is_dataclass(part.value) else ()
        assert set(part.others) == ({field.name for field in own} or {part.field})


@pytest.mark.parametrize(("renderer", "part", "name"), CASES)
def test_another_value_is_written(chart: Chart, renderer: str, part: Part, name: str) -> None:
    one, other = (
        rendered(chart, RENDERERS[renderer], policy, id)
        for id, policy in (("one", part.policy), ("other", part.changed(name)))
    )
    assert one != other


@pytest.mark.mission("B80")
@pytest.mark.parametrize("renderer", ["NginxIngress", "VirtualServer"])
def test_each_way_to_balance_is_another(chart: Chart, renderer: str) -> None:
    ways = [
        rendered(
            chart, RENDERERS[renderer], replace(PORTABLE_POLICY, load_balancing=way), f"w{number}"
        )
        for number, way in enumerate(LoadBalancing)
    ]
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


@pytest.mark.parametrize(
    "name", ["localhost", "Shop.example.com", "shop_1.example.com", "a.*.b", "10.0.0.1"]
)
def test_fails_with_what_is_no_host(name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Host(name=name, tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
    assert str(refused.value).startswith(f"Host.name: got {name!r}; use a ")


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
