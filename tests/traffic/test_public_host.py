"""A public host leads to the constructs that it is given, and refuses what cannot share it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    BlueGreen,
    Color,
    ConfigurationError,
    Host,
    Namespace,
    NginxIngress,
    PublicHost,
    Route,
    SecurityBaseline,
    Tls,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.facts import Facts, Publisher
from constructs_lib.testing import check, find, find_all, problems
from constructs_lib.traffic import PORTABLE_POLICY, ExistingHost, Renderer
from tests.tiers.ends import CONTAINER, HOST
from tests.traffic.test_policy import RENDERERS, tls_of

KINDS = ("Ingress", "HTTPRoute", "Gateway", "VirtualServer", "Certificate")
ADMIN = Host(name="admin.example.com", tls=Tls(secret_name="admin-tls"), renderer=NginxIngress())


def web(chart: Chart, id: str, host: Host, *paths: str) -> WebTier:
    return WebTier(chart, id, container=CONTAINER, host=host, routes=[Route(paths=paths)])


def public(chart: Chart, *constructs: Publisher, host: Host = HOST) -> PublicHost:
    return PublicHost(chart, "host", host=host, constructs=constructs)


def test_it_takes_the_routes_that_are_on_it(app: App, chart: Chart) -> None:
    shop, admin = web(chart, "shop", HOST, "/"), web(chart, "admin", ADMIN, "/")
    inside = ApiTier(chart, "api", container=CONTAINER)
    everything = (shop, admin, inside)
    made = public(chart, *everything)
    assert made.facts == Facts(hosted=shop.facts.routes)
    PublicHost(chart, "admin-host", host=ADMIN, constructs=everything)
    assert {master["metadata"]["name"] for master in find_all(chart, "Ingress")} == {
        "shop",
        "admin",
        "shop-example-com",
        "admin-example-com",
    }
    check(app)


def test_routes_are_known_in_the_order_of_the_constructs(chart: Chart) -> None:
    shop = replace(HOST, renderer=VirtualServer())
    first, second = web(chart, "a", shop, "/a"), web(chart, "b", shop, "/b")
    public(chart, second, first, host=shop)
    routes = find(chart, "VirtualServer", "shop-example-com")["spec"]["routes"]
    assert [route["path"] for route in routes] == ["=/b", "/b/", "=/a", "/a/"]


def test_facts_hold_no_objects(chart: Chart) -> None:
    """Two tiers that say the same have equal routes, whatever was made for them."""
    other = Chart(App(), "app", namespace="app")
    assert web(chart, "web", HOST, "/").facts.routes == web(other, "web", HOST, "/").facts.routes


def test_fails_with_a_path_of_another_construct(chart: Chart) -> None:
    shop, admin = web(chart, "shop", HOST, "/", "/admin"), web(chart, "admin", HOST, "/admin")
    said = r"Route\.paths: got '/admin'; choose another for 'admin': 'shop' has it on shop\.example"
    with pytest.raises(ConfigurationError, match=said):
        public(chart, shop, admin)


def test_fails_with_a_path_of_another_route(chart: Chart) -> None:
    routes = [Route(), Route(name="live", paths=("/live", "/"))]
    tier = WebTier(chart, "web", container=CONTAINER, host=HOST, routes=routes)
    with pytest.raises(ConfigurationError, match=r"got '/'; .* 'web-live': 'web' has it on shop"):
        public(chart, tier)


@pytest.mark.parametrize(
    "other",
    [replace(HOST, tls=Tls(secret_name="other-tls")), replace(HOST, renderer=VirtualServer())],
    ids=["tls", "renderer"],
)
def test_fails_with_another_host_of_the_same_name(chart: Chart, other: Host) -> None:
    tiers = (web(chart, "shop", HOST, "/"), web(chart, "admin", other, "/admin"))
    said = r"PublicHost\.host: got 'shop\.example\.com'; give the one that 'admin' has: its tls or"
    with pytest.raises(ConfigurationError, match=said):
        public(chart, *tiers)


def test_fails_with_a_route_that_no_host_can_render(chart: Chart) -> None:
    @dataclass(frozen=True)
    class Known:
        name: str = "legacy"
        host_name: str = HOST.name
        scheme: str = "https"
        is_site: bool = True
        host_names: tuple[str, ...] = (HOST.name,)

    with pytest.raises(ConfigurationError, match="give the one that 'legacy' has"):
        public(chart, Facts(routes=(Known(),)))


def test_fails_when_nothing_is_on_it(chart: Chart) -> None:
    admin = web(chart, "admin", ADMIN, "/")
    said = r"PublicHost\.constructs: got 'shop\.example\.com'; give one that has routes there"
    with pytest.raises(ConfigurationError, match=said):
        public(chart, admin)


def test_fails_when_two_hosts_have_one_preview(app: App) -> None:
    preview = BlueGreen(
        active=Color.BLUE, green=CONTAINER.image, preview_host="preview.example.com"
    )
    made: list[Publisher] = []
    # In two namespaces, where no names of objects collide.
    for host in (HOST, ADMIN):
        chart = Chart(app, host.object_name, namespace=host.object_name)
        tier = WebTier(
            chart, "web", container=CONTAINER, host=host, workload=Workload(rollout=preview)
        )
        made += [tier, PublicHost(chart, "host", host=host, constructs=[tier])]
    with pytest.raises(ConfigurationError, match=r"PublicHost\.host: got 'preview\.example\.com'"):
        SecurityBaseline(
            Chart(app, "cluster"),
            "baseline",
            namespaces=[Namespace(name=host.object_name) for host in (HOST, ADMIN)],
            constructs=made,
        )


def test_fails_when_a_host_is_made_twice(app: App, chart: Chart) -> None:
    shop = web(chart, "shop", HOST, "/")
    public(chart, shop)
    with pytest.raises(ConfigurationError, match=r"Host\.name: got 'shop-example-com'; choose"):
        public(Chart(app, "other", namespace="app"), shop)


@pytest.mark.parametrize("renderer", ["NginxIngress", "ExistingGateway"])
def test_another_program_may_make_the_host(app: App, chart: Chart, renderer: str) -> None:
    chosen = RENDERERS[renderer]
    shop = Host(name="shop.example.com", tls=tls_of(chosen), renderer=chosen)
    orders = WebTier(
        chart,
        "orders",
        container=CONTAINER,
        host=shop,
        routes=[Route(paths=("/orders",), policy=PORTABLE_POLICY)],
    )
    other = ExistingHost(host=shop, constructs=[orders])
    SecurityBaseline(
        Chart(app, "cluster"),
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[orders, other],
    )
    made = [each["metadata"]["name"] for kind in KINDS for each in find_all(chart, kind)]
    assert made == ["orders"]
    if renderer == "NginxIngress":
        says = "'Host/shop.example.com' is not given"
        (problem,) = problems(app)
        assert says in problem.message
    check(app, given=["Host/shop.example.com"])


@pytest.mark.parametrize("renderer", [RENDERERS["VirtualServer"], RENDERERS["GatewayApi"]])
def test_fails_to_share_a_host_that_is_one_object(chart: Chart, renderer: Renderer) -> None:
    shop = replace(HOST, renderer=renderer)
    route = Route(policy=PORTABLE_POLICY)
    tier = WebTier(chart, "web", container=CONTAINER, host=shop, routes=[route])
    says = rf"ExistingHost\.host: got '{type(renderer).__name__}'; use NginxIngress or Existing"
    with pytest.raises(ConfigurationError, match=says):
        ExistingHost(host=shop, constructs=[tier])


def test_fails_with_the_host_of_a_track_that_nobody_makes(chart: Chart) -> None:
    rollout = BlueGreen(
        active=Color.BLUE, green=CONTAINER.image, preview_host="preview.example.com"
    )
    tier = WebTier(chart, "web", container=CONTAINER, host=HOST, workload=Workload(rollout=rollout))
    with pytest.raises(ConfigurationError, match=r"'preview\.example\.com'; leave out the host"):
        ExistingHost(host=HOST, constructs=[tier])
