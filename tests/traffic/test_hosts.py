"""Hosts: several of a tier, wildcards, names that redirect, certificates, own annotations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    BlueGreen,
    Color,
    ConfigurationError,
    Host,
    Namespace,
    NginxIngress,
    Outside,
    PublicHost,
    Route,
    SecurityBaseline,
    Tls,
    TrafficPolicy,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.facts import Issuer
from constructs_lib.manifests.expected_secrets import expected_secrets
from constructs_lib.testing import find, find_all, manifests
from constructs_lib.traffic import PORTABLE_POLICY, PlainHttp, SessionCookie, TlsInFront
from tests.tiers.ends import CONTAINER
from tests.traffic.test_policy import EXISTING, RENDERERS, tls_of
from tests.traffic.test_renderers import unknown_fields

ROUTES = (Route(policy=PORTABLE_POLICY),)
KINDS = ("Ingress", "VirtualServer", "Gateway", "HTTPRoute", "Certificate")
EVERYWHERE = pytest.mark.parametrize("renderer", RENDERERS)
# Those that make the door themselves.
MADE = pytest.mark.parametrize("renderer", RENDERERS.keys() - {"ExistingGateway"})


def host(name: str, renderer: str = "NginxIngress", **said: Any) -> Host:  # noqa: ANN401
    chosen = RENDERERS[renderer]
    return Host(name=name, **{"tls": tls_of(chosen), **said}, renderer=chosen)


def doors(chart: Chart, *hosts: Host, workload: Workload = Workload()) -> list[dict[str, Any]]:
    """What is made for a tier on these hosts; `check` and the schemas have nothing against it."""
    web = WebTier(chart, "web", container=CONTAINER, host=hosts, routes=ROUTES, workload=workload)
    public = [PublicHost(chart, each.object_name, host=each, constructs=[web]) for each in hosts]
    SecurityBaseline(
        Chart(App(), "cluster"),
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[web, *public],
    )
    assert list(unknown_fields(chart)) == []
    return [each for kind in KINDS for each in find_all(chart, kind)]


@EVERYWHERE
def test_a_tier_is_on_several_hosts(
    chart: Chart, renderer: str, manifest: SnapshotAssertion
) -> None:
    hosts = [host("shop.example.com", renderer), host("store.example.com", renderer)]
    assert doors(chart, *hosts) == manifest


def test_hosts_of_two_controllers_let_both_in(app: App, chart: Chart) -> None:
    gateway = RENDERERS["GatewayApi"]
    web = WebTier(
        chart,
        "web",
        container=CONTAINER,
        host=[host("a.example.com"), host("b.example.com"), host("c.example.com", "GatewayApi")],
        routes=ROUTES,
    )
    callers = [call.source for call in web.facts.calls if call.target == web.peer]
    assert callers == [NginxIngress().controller, gateway.controller]


@EVERYWHERE
def test_a_controller_may_be_addresses(chart: Chart, renderer: str) -> None:
    nodes = Outside(name="nodes", cidrs=("10.0.0.0/16",))
    chosen: Any = replace(RENDERERS[renderer], controller=nodes)  # type: ignore[type-var]
    tls = tls_of(RENDERERS[renderer])
    shop = Host(name="shop.example.com", tls=tls, renderer=chosen)
    web = WebTier(chart, "web", container=CONTAINER, host=shop, routes=ROUTES)
    public = PublicHost(chart, "host", host=shop, constructs=[web])
    cluster = Chart(App(), "cluster")
    SecurityBaseline(
        cluster, "baseline", namespaces=[Namespace(name="app")], constructs=[web, public]
    )
    (rule,) = find(cluster, "NetworkPolicy", "web-from-nodes")["spec"]["ingress"]
    assert rule == {
        "from": [{"ipBlock": {"cidr": "10.0.0.0/16"}}],
        "ports": [{"port": 8080, "protocol": "TCP"}],
    }


def test_the_preview_of_a_tier_on_several_hosts_is_there_once(chart: Chart) -> None:
    rollout = BlueGreen(
        active=Color.BLUE, green=CONTAINER.image, preview_host="preview.example.com"
    )
    made = doors(
        chart,
        host("shop.example.com"),
        host("store.example.com"),
        workload=Workload(rollout=rollout),
    )
    served = [rule["host"] for each in made for rule in each["spec"]["rules"] if "http" in rule]
    assert sorted(served) == ["preview.example.com", "shop.example.com", "store.example.com"]


@EVERYWHERE
def test_all_names_below_one_are_a_host(chart: Chart, renderer: str) -> None:
    made = doors(chart, host("*.shop.example.com", renderer))
    assert "'*.shop.example.com'" in str(made)
    names = {each["metadata"]["name"].removesuffix("-redirect") for each in made}
    assert names == {"any-shop-example-com", "web"} - (
        {"web"} if renderer == "VirtualServer" else set()
    )


LONG = "pr-1234-some-feature-branch.preview.eu-central-1.staging.example-company.com"


@EVERYWHERE
@pytest.mark.parametrize(
    ("name", "object_name"),
    [
        ("2.example.com", "host-2-example-com"),
        ("*.2go.example.com", "any-2go-example-com"),
        (LONG, "pr-1234-some-feature-branch-preview-eu-central-1-stagi-d9cd81fd"),
    ],
)
def test_any_name_of_dns_is_a_host(
    chart: Chart, renderer: str, name: str, object_name: str
) -> None:
    redirects = [] if name.startswith("*") else [f"3.{name}"]
    first = host("shop.example.com", renderer)
    second = host(name, renderer, redirects_from=redirects)
    made = doors(chart, first, second)
    assert all(len(each["metadata"]["name"]) <= 63 for each in made)
    assert second.object_name == object_name
    for each in second.names:
        assert f"'{each}'" in str(made)


@EVERYWHERE
def test_a_host_may_have_no_tls(chart: Chart, renderer: str) -> None:
    laptop = host(
        "shop.example.com", renderer, tls=PlainHttp(), redirects_from=["www.shop.example.com"]
    )
    made = str(doors(chart, laptop))
    assert laptop.url == "http://shop.example.com"
    for word in ("https", "tls", "Strict-Transport", "ssl-redirect", "hsts"):
        assert word not in made, word
    if renderer in ("GatewayApi", "ExistingGateway"):
        assert "'sectionName': 'http'" in made
        assert "'scheme': 'http', 'statusCode': 301" in made


def test_fails_without_a_listener_for_a_host_without_tls(chart: Chart) -> None:
    gateway = replace(EXISTING, http_listener=None)
    laptop = Host(name="shop.example.com", tls=PlainHttp(), renderer=gateway)
    with pytest.raises(ConfigurationError, match=r"ExistingGateway\.http_listener: got None; name"):
        WebTier(chart, "web", container=CONTAINER, host=laptop, routes=ROUTES)


def test_fails_with_a_session_cookie_that_no_browser_sends(chart: Chart) -> None:
    laptop = host("shop.example.com", tls=PlainHttp())
    route = Route(policy=TrafficPolicy(session_cookie=SessionCookie()))
    with pytest.raises(ConfigurationError, match=r"session_cookie: .*; leave it out: browsers"):
        WebTier(chart, "web", container=CONTAINER, host=laptop, routes=[route])


@EVERYWHERE
def test_browsers_are_told_to_forget_hsts(chart: Chart, renderer: str) -> None:
    """Only a max-age of 0 withdraws it."""
    tls = replace(tls_of(RENDERERS[renderer]), hsts_seconds=0)
    made = str(doors(chart, host("shop.example.com", renderer, tls=tls)))
    by_annotation = "'nginx.org/hsts-max-age': '0'"
    assert (by_annotation if renderer == "NginxIngress" else "'value': 'max-age=0'") in made


def test_fails_with_a_part_that_no_name_has() -> None:
    with pytest.raises(ConfigurationError, match="use at most 63 characters between two dots"):
        host(f"{'a' * 64}.example.com")


@EVERYWHERE
def test_other_names_are_redirected_to_the_host(
    chart: Chart, renderer: str, manifest: SnapshotAssertion
) -> None:
    shop = host("shop.example.com", renderer, redirects_from=["www.shop.example.com"])
    assert doors(chart, shop) == manifest


def test_a_name_that_redirects_belongs_to_one_host(app: App, chart: Chart) -> None:
    first = host("shop.example.com", redirects_from=["www.example.com"])
    second = host("www.example.com", renderer="NginxIngress")
    made = [
        WebTier(chart, id, container=CONTAINER, host=each, routes=ROUTES)
        for id, each in (("a", first), ("b", second))
    ]
    public = [
        PublicHost(chart, each.object_name, host=each, constructs=made) for each in (first, second)
    ]
    with pytest.raises(ConfigurationError, match=r"PublicHost\.host: got 'www\.example\.com'"):
        SecurityBaseline(
            Chart(app, "cluster"),
            "baseline",
            namespaces=[Namespace(name="app")],
            constructs=[*made, *public],
        )


@MADE
def test_an_issuer_is_asked_for_all_names(chart: Chart, renderer: str) -> None:
    tls = Tls(secret_name="shop-tls", issuer=Issuer(name="letsencrypt"))
    preview = BlueGreen(
        active=Color.BLUE, green=CONTAINER.image, preview_host="preview.example.com"
    )
    shop = host("shop.example.com", renderer, tls=tls, redirects_from=["www.shop.example.com"])
    doors(chart, shop, workload=Workload(rollout=preview))
    certificate = find(chart, "Certificate", "shop-tls")
    assert certificate["spec"]["issuerRef"] == {
        "group": "cert-manager.io",
        "kind": "ClusterIssuer",
        "name": "letsencrypt",
    }
    assert certificate["spec"]["dnsNames"] == [
        "shop.example.com",
        "www.shop.example.com",
        "preview.example.com",
    ]
    assert "shop-tls" not in [secret.name for secret in expected_secrets(manifests(chart))]


@MADE
def test_a_host_has_labels_and_annotations_of_its_own(chart: Chart, renderer: str) -> None:
    key = "external-dns.alpha.kubernetes.io/ttl"
    shop = host("shop.example.com", renderer, labels={"team": "shop"}, annotations={key: "60"})
    made = doors(chart, shop)
    (door,) = (each for each in made if each["metadata"]["name"] == "shop-example-com")
    assert door["metadata"]["labels"]["team"] == "shop"
    assert door["metadata"]["annotations"][key] == "60"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"annotations": {"nginx.org/server-snippets": "x"}}, "it is text for the configuration"),
        ({"annotations": {"a b": "x"}}, r"Host\.annotations: got 'a b'"),
        ({"labels": {"track": "x"}}, r"Host\.labels: got 'track'"),
        ({"redirects_from": "www.example.com"}, r"Host\.redirects_from: got 'www\.example\.com'"),
        ({"redirects_from": ["localhost"]}, r"Host\.redirects_from: got 'localhost'; use a name"),
        ({"redirects_from": ["a.example.com"] * 2}, "name each only once"),
        ({"redirects_from": ["shop.example.com"]}, "name each only once"),
    ],
)
def test_fails_with_what_no_host_can_have(said: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        host("shop.example.com", **said)


def test_fails_to_redirect_to_many_names() -> None:
    with pytest.raises(ConfigurationError, match=r"Host\.redirects_from: .*; redirect to one name"):
        host("*.example.com", redirects_from=["shop.example.com"])


def test_fails_to_say_twice_what_the_renderer_says(chart: Chart) -> None:
    shop = host("shop.example.com", annotations={"nginx.org/server-tokens": "true"})
    web = WebTier(chart, "web", container=CONTAINER, host=shop)
    with pytest.raises(ConfigurationError, match=r"'nginx\.org/server-tokens'; leave it out"):
        PublicHost(chart, "host", host=shop, constructs=[web])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["shop.example.com"], r"host\[0\]: got 'shop\.example\.com'; give Host"),
        ("shop", "got 'shop'"),
    ],
)
def test_fails_with_what_is_no_host_of_a_tier(chart: Chart, given: Any, message: str) -> None:  # noqa: ANN401
    with pytest.raises(ConfigurationError, match=message):
        ApiTier(chart, "api", container=CONTAINER, host=given)


def test_fails_with_one_host_twice(chart: Chart) -> None:
    shop = host("shop.example.com")
    other = replace(shop, renderer=VirtualServer())
    with pytest.raises(ConfigurationError, match=r"host: got 'shop\.example\.com'; name each only"):
        ApiTier(chart, "api", container=CONTAINER, host=[shop, other])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "Let us"}, "name"),
        ({"name": "a", "kind": "cluster"}, "kind"),
        ({"name": "a", "group": ""}, "group"),
    ],
)
def test_fails_with_what_is_no_issuer(said: dict[str, str], field: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"Issuer\.{field}: got"):
        Issuer(**said)


@pytest.mark.parametrize("renderer", ["NginxIngress", "VirtualServer"])
def test_tls_may_end_in_front(chart: Chart, renderer: str, manifest: SnapshotAssertion) -> None:
    shop = host("shop.example.com", renderer, tls=TlsInFront(), redirects_from=["www.example.com"])
    assert doors(chart, shop) == manifest


def test_a_gateway_that_is_there_redirects_by_itself(chart: Chart) -> None:
    edge = replace(EXISTING, http_listener=None, https_listener="shop")
    shop = Host(
        name="shop.example.com",
        tls=TlsInFront(),
        renderer=edge,
        redirects_from=["www.example.com"],
    )
    parents = {each["metadata"]["name"]: each["spec"]["parentRefs"] for each in doors(chart, shop)}
    at = {"name": "edge", "namespace": "infra", "sectionName": "shop"}
    assert parents == {"web": [at], "www-example-com-redirect": [at]}


@pytest.mark.parametrize(
    ("renderer", "said", "message"),
    [
        ("GatewayApi", {"tls": TlsInFront()}, r"Host\.tls: .*; give the certificate, since a"),
        ("ExistingGateway", {"tls": Tls(secret_name="a")}, r"Host\.tls: .*; write TlsInFront\(\)"),
        ("ExistingGateway", {"labels": {"a": "b"}}, r"Host\.labels: .*the Gateway is there"),
        ("ExistingGateway", {"annotations": {"a": "b"}}, r"Host\.annotations: .*Gateway is there"),
    ],
)
def test_fails_with_what_the_gateway_has_or_lacks(
    chart: Chart, renderer: str, said: dict[str, Any], message: str
) -> None:
    shop = host("shop.example.com", renderer, **said)
    web = WebTier(chart, "web", container=CONTAINER, host=shop, routes=ROUTES)
    with pytest.raises(ConfigurationError, match=message):
        PublicHost(chart, "host", host=shop, constructs=[web])


@pytest.mark.parametrize(
    "said",
    [{"name": "A"}, {"namespace": "a.b"}, {"http_listener": "a b"}, {"https_listener": "A"}],
    ids=str,
)
def test_fails_with_what_is_no_gateway(said: dict[str, Any]) -> None:
    (field,) = said
    with pytest.raises(ConfigurationError, match=rf"ExistingGateway\.{field}: got"):
        replace(EXISTING, **said)
