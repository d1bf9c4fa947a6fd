"""Labels and annotations of one's own on every door, and several load balancers of one tier."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    BlueGreen,
    Color,
    ConfigurationError,
    Container,
    Host,
    Http,
    Namespace,
    NginxIngress,
    PublicHost,
    Route,
    SecurityBaseline,
    VirtualServer,
    Workload,
)
from constructs_lib.testing import find, find_all, problems
from constructs_lib.traffic import PORTABLE_POLICY, Azure, LoadBalancer, Renderer
from tests.traffic.test_policy import EXISTING, GATEWAY, tls_of

CONTAINER = Container(image="registry.example.com/shop/api:2.0.3")
LABELS = {"team": "orders"}
ANNOTATIONS = {"external-dns.alpha.kubernetes.io/ttl": "60"}
MARKED = Route(policy=PORTABLE_POLICY, labels=LABELS, annotations=ANNOTATIONS)
OUTSIDE = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80, 8443))
INSIDE = LoadBalancer(name="inside", source_ranges=("10.0.0.0/8",), ports=(80,), cloud=Azure())


def api(chart: Chart, renderer: Renderer, route: Route, http: Http = Http()) -> ApiTier:
    host = Host(name="shop.example.com", tls=tls_of(renderer), renderer=renderer)
    return ApiTier(chart, "api", container=CONTAINER, host=host, routes=[route], http=http)


def marks(manifest: dict[str, Any]) -> tuple[str, str]:
    metadata = manifest["metadata"]
    return metadata["labels"]["team"], metadata["annotations"][next(iter(ANNOTATIONS))]


@pytest.mark.parametrize(
    ("renderer", "kind"),
    [(NginxIngress(), "Ingress"), (GATEWAY, "HTTPRoute"), (EXISTING, "HTTPRoute")],
)
def test_an_object_of_a_route_has_those_of_the_route(
    chart: Chart, renderer: Renderer, kind: str
) -> None:
    api(chart, renderer, MARKED)
    made = find(chart, kind, "api")
    assert marks(made) == ("orders", "60")
    assert made["metadata"]["labels"]["app.kubernetes.io/name"] == "api"


def test_services_of_all_tracks_have_theirs(chart: Chart) -> None:
    http = Http(service_labels=LABELS, service_annotations=ANNOTATIONS)
    colors = BlueGreen(active=Color.BLUE, green="registry.example.com/shop/api:2.1.0")
    ApiTier(chart, "api", container=CONTAINER, http=http, workload=Workload(rollout=colors))
    services = find_all(chart, "Service")
    assert len(services) == 2
    assert {marks(service) for service in services} == {("orders", "60")}


def test_several_load_balancers_are_a_service_each(app: App) -> None:
    chart = Chart(app, "api", namespace="app")
    tier = ApiTier(chart, "api", container=CONTAINER, load_balancer=[OUTSIDE, INSIDE])
    SecurityBaseline(
        Chart(app, "cluster"), "baseline", namespaces=[Namespace(name="app")], constructs=[tier]
    )
    assert [service.name for service in tier.services] == ["api", "api-public", "api-inside"]
    ranges = [
        find(chart, "Service", name)["spec"]["loadBalancerSourceRanges"]
        for name in ("api-public", "api-inside")
    ]
    assert ranges == [["203.0.113.0/24"], ["10.0.0.0/8"]]
    internal = find(chart, "Service", "api-inside")["metadata"]["annotations"]
    assert internal["service.beta.kubernetes.io/azure-load-balancer-internal"] == "true"
    sources = {call.source.name for call in tier.facts.calls}
    assert sources == {"api-clients", "api-inside-clients"}
    (footprint,) = tier.facts.footprints
    assert footprint.objects["services.loadbalancers"] == 2
    assert footprint.objects["services.nodeports"] == 3
    assert problems(app) == []


def test_fails_for_two_load_balancers_of_one_name(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"LoadBalancer\.name: got 'public'"):
        ApiTier(chart, "api", container=CONTAINER, load_balancer=[OUTSIDE, OUTSIDE])


def test_fails_where_a_route_has_no_object(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Route\.labels: .*say Host\.labels"):
        api(chart, VirtualServer(), MARKED)


def test_fails_for_what_the_renderer_writes(chart: Chart) -> None:
    taken = Route(annotations={"nginx.org/proxy-read-timeout": "90s"})
    with pytest.raises(ConfigurationError, match="leave it out: NginxIngress writes it"):
        api(chart, NginxIngress(), taken)


def test_fails_for_a_snippet() -> None:
    with pytest.raises(ConfigurationError, match=r"Route\.annotations: .*text for the conf"):
        Route(annotations={"nginx.org/location-snippets": "return 200;"})


def test_hosts_and_routes_are_marked_apart(chart: Chart) -> None:
    tier = api(chart, NginxIngress(), MARKED)
    (route,) = tier.facts.routes
    host = Host(name="shop.example.com", tls=tls_of(NginxIngress()), renderer=NginxIngress())
    PublicHost(chart, "host", host=host, constructs=[tier])
    assert route.name == "api"
    assert "team" not in find(chart, "Ingress", "shop-example-com")["metadata"].get("labels", {})
