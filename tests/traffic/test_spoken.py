"""What pods speak to who is in front: each renderer, Services, probes and other tiers are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    AnyServer,
    ApiTier,
    ConfigurationError,
    Container,
    Host,
    Http,
    Metrics,
    Namespace,
    NginxIngress,
    Port,
    PublicHost,
    Route,
    SecurityBaseline,
    SocketTier,
    Tls,
    TrafficPolicy,
    VirtualServer,
)
from constructs_lib.changes.entrances import entrances
from constructs_lib.facts import Facts
from constructs_lib.manifests.platform import Platform
from constructs_lib.pods import GrpcCheck, HttpCheck, PauseCommand, Probes, TcpCheck
from constructs_lib.testing import find, find_all, manifests, problems
from constructs_lib.tiers import FrontProxy
from constructs_lib.traffic import (
    PORTABLE_POLICY,
    HttpProtocol,
    PlainHttp,
    PodTls,
    Renderer,
    TlsInFront,
)
from tests.tiers.ends import BROKER
from tests.tiers.reading import container
from tests.traffic.test_policy import EXISTING, GATEWAY, RENDERERS, tls_of
from tests.traffic.test_renderers import unknown_fields

CONTAINER = Container(image="registry.example.com/shop/orders:1.4.2")
SERVER = AnyServer(pause=PauseCommand(command=("sleep", "{seconds}")))
TLS = PodTls(host_name="orders.app.svc", authority="app-ca")
GRPC = Http(protocol=HttpProtocol.GRPC)
CALLS = Route(paths=("/shop.Orders", "/shop.Carts/Add"))
GATEWAYS = pytest.mark.parametrize("renderer", [GATEWAY, EXISTING], ids=["own", "existing"])


def orders(chart: Chart, renderer: Renderer, http: Http, *routes: Route) -> ApiTier:
    host = Host(name="shop.example.com", tls=tls_of(renderer), renderer=renderer)
    tier = ApiTier(
        chart,
        "orders",
        container=CONTAINER,
        host=host,
        routes=routes or [CALLS],
        runtime=SERVER,
        http=http,
        service_level=None,
    )
    PublicHost(chart, "host", host=host, constructs=[tier])
    return tier


def told_nginx(chart: Chart) -> dict[str, str]:
    told: dict[str, str] = find(chart, "Ingress", "orders")["metadata"]["annotations"]
    return {key: value for key, value in told.items() if key.endswith(("services", "policies"))}


def upstream(chart: Chart) -> dict[str, Any]:
    (only,) = find(chart, "VirtualServer", "shop-example-com")["spec"]["upstreams"]
    return {key: only[key] for key in ("port", "type", "tls") if key in only}


def port(chart: Chart) -> dict[str, Any]:
    (only,) = find(chart, "Service", "orders")["spec"]["ports"]
    return dict(only)


@pytest.mark.parametrize("renderer", RENDERERS.values(), ids=RENDERERS)
@pytest.mark.parametrize(
    "http", [GRPC, replace(GRPC, tls=TLS), Http(tls=TLS)], ids=["gRPC", "gRPC and TLS", "TLS"]
)
def test_the_platform_holds(app: App, renderer: Renderer, http: Http) -> None:
    chart = Chart(app, "app", namespace="app")
    tier = orders(chart, renderer, http)
    SecurityBaseline(
        Chart(app, "cluster"),
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[tier, Facts(hosted=tier.facts.routes)],
    )
    assert list(unknown_fields(chart)) == []
    assert problems(app) == []


def test_nginx_is_told_by_annotations(chart: Chart) -> None:
    orders(chart, NginxIngress(), replace(GRPC, tls=TLS))
    assert told_nginx(chart) == {
        "nginx.org/grpc-services": "orders",
        "nginx.org/ssl-services": "orders",
        "nginx.org/policies": "orders-pod-certificate",
    }
    assert find(chart, "Policy", "orders-pod-certificate")["spec"]["egressMTLS"] == {
        "protocols": "TLSv1.2 TLSv1.3",
        "serverName": True,
        "sslName": "orders.app.svc",
        "trustedCertSecret": "app-ca",
        "verifyServer": True,
    }


def test_nginx_has_all_policies_of_a_route(chart: Chart) -> None:
    known = Route(policy=TrafficPolicy(allowed_ranges=("203.0.113.0/24",)))
    orders(chart, NginxIngress(), Http(tls=TLS), known)
    named = told_nginx(chart)["nginx.org/policies"]
    assert named == "orders-allowed-ranges,orders-pod-certificate"


def test_a_virtual_server_is_told_by_fields(chart: Chart) -> None:
    orders(chart, VirtualServer(), replace(GRPC, tls=TLS))
    assert upstream(chart) == {"port": 443, "type": "grpc", "tls": {"enable": True}}
    routes = find(chart, "VirtualServer", "shop-example-com")["spec"]["routes"]
    assert {"name": "orders-pod-certificate", "namespace": "app"} in routes[0]["policies"]


def test_nobody_verifies_whoever_answers(chart: Chart) -> None:
    orders(chart, VirtualServer(), Http(tls=replace(TLS, authority=None)), Route())
    assert upstream(chart) == {"port": 443, "tls": {"enable": True}}
    assert [policy for policy in find_all(chart, "Policy") if "egressMTLS" in policy["spec"]] == []


@GATEWAYS
def test_a_gateway_has_a_route_of_its_own_for_grpc(chart: Chart, renderer: Renderer) -> None:
    orders(chart, renderer, GRPC)
    (rule,) = find(chart, "GRPCRoute", "orders")["spec"]["rules"]
    assert rule["matches"] == [
        {"method": {"type": "Exact", "service": "shop.Orders"}},
        {"method": {"type": "Exact", "service": "shop.Carts", "method": "Add"}},
    ]
    assert rule["backendRefs"] == [{"name": "orders", "port": 80, "weight": 100}]


@GATEWAYS
def test_a_gateway_matches_all_calls(chart: Chart, renderer: Renderer) -> None:
    orders(chart, renderer, GRPC, Route())
    (rule,) = find(chart, "GRPCRoute", "orders")["spec"]["rules"]
    assert "matches" not in rule


def test_a_review_names_what_is_called(chart: Chart) -> None:
    orders(chart, GATEWAY, GRPC)
    opened = {door.words for door in entrances(Platform(manifests(chart)))}
    assert {"shop.example.com/shop.Orders", "shop.example.com/shop.Carts/Add"} <= opened


@GATEWAYS
def test_a_gateway_is_told_whom_to_trust(chart: Chart, renderer: Renderer) -> None:
    routes = (Route(), Route(paths=("/status",), name="status", policy=PORTABLE_POLICY))
    orders(chart, renderer, Http(tls=TLS), *routes)
    (policy,) = find_all(chart, "BackendTLSPolicy")
    assert policy["spec"] == {
        "targetRefs": [{"group": "", "kind": "Service", "name": "orders"}],
        "validation": {
            "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "app-ca"}],
            "hostname": "orders.app.svc",
        },
    }
    for route in ("orders", "orders-status"):
        (rule,) = find(chart, "HTTPRoute", route)["spec"]["rules"]
        assert rule["backendRefs"][0]["port"] == 443


@pytest.mark.parametrize(
    ("http", "said", "number", "url"),
    [
        (Http(), "http", 80, "http://orders.app.svc.cluster.local:80"),
        (Http(tls=TLS), "https", 443, "https://orders.app.svc.cluster.local:443"),
        (GRPC, "kubernetes.io/h2c", 80, "dns:///orders.app.svc.cluster.local:80"),
        (replace(GRPC, tls=TLS), "https", 443, "dns:///orders.app.svc.cluster.local:443"),
    ],
)
def test_services_and_callers_know(
    chart: Chart, http: Http, said: str, number: int, url: str
) -> None:
    tier = orders(chart, NginxIngress(), http)
    assert (port(chart)["appProtocol"], port(chart)["port"]) == (said, number)
    assert tier.endpoint.url == url


def test_websockets_over_tls_are_told_apart(chart: Chart) -> None:
    SocketTier(chart, "live", container=CONTAINER, broker=BROKER, http=Http(tls=TLS))
    (only,) = find(chart, "Service", "live")["spec"]["ports"]
    assert only["appProtocol"] == "kubernetes.io/wss"


def test_probes_speak_what_the_server_speaks(chart: Chart) -> None:
    def ready(id: str, http: Http) -> dict[str, Any]:
        ApiTier(chart, id, container=CONTAINER, http=http)
        asked: dict[str, Any] = container(chart, id)["readinessProbe"]
        return {key: asked[key] for key in ("httpGet", "grpc", "tcpSocket") if key in asked}

    assert ready("plain", Http()) == {"httpGet": {"path": "/readyz", "port": 8080}}
    over_tls = {"httpGet": {"path": "/readyz", "port": 8080, "scheme": "HTTPS"}}
    assert ready("tls", Http(tls=TLS)) == over_tls
    assert ready("grpc", GRPC) == {"grpc": {"port": 8080}}
    assert ready("both", replace(GRPC, tls=TLS)) == {"tcpSocket": {"port": 8080}}
    own = Probes(readiness=HttpCheck(path="/ready", headers={"Host": "shop.example.com"}))
    (header,) = ready("own", Http(tls=TLS, probes=own))["httpGet"]["httpHeaders"]
    assert header == {"name": "Host", "value": "shop.example.com"}
    assert container(chart, "grpc")["livenessProbe"]["tcpSocket"] == {"port": 8080}


def test_a_server_behind_its_proxy_speaks_no_tls(chart: Chart) -> None:
    proxy = Container(name="tls", image="envoy:1.38.0", ports=[Port(name="http", number=8443)])
    ApiTier(
        chart, "api", container=CONTAINER, http=Http(tls=TLS, front=FrontProxy(container=proxy))
    )
    server, _ = find(chart, "Deployment", "api")["spec"]["template"]["spec"]["containers"]
    assert server["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": 8080}
    (only,) = find(chart, "Service", "api")["spec"]["ports"]
    assert only["appProtocol"] == "https"


def test_clients_are_asked_for_certificates(chart: Chart) -> None:
    tls = Tls(secret_name="shop-tls", client_authority="partners")
    for renderer in (NginxIngress(), VirtualServer(), GATEWAY):
        name = f"{type(renderer).__name__.lower()}.example.com"
        host = Host(name=name, tls=tls, renderer=renderer)
        tier = ApiTier(chart, name.partition(".")[0], container=CONTAINER, host=host)
        PublicHost(chart, f"{tier.peer.name}-host", host=host, constructs=[tier])
        (route,) = tier.facts.routes
        assert not route.is_site
    asked = {"ingressMTLS": {"clientCertSecret": "partners", "verifyClient": "on"}}
    for host_name in ("nginxingress-example-com", "virtualserver-example-com"):
        spec = find(chart, "Policy", f"{host_name}-clients")["spec"]
        assert spec == {"ingressClassName": "nginx", **asked}
    master = find(chart, "Ingress", "nginxingress-example-com")["metadata"]["annotations"]
    assert master["nginx.org/policies"] == "nginxingress-example-com-clients"
    server = find(chart, "VirtualServer", "virtualserver-example-com")["spec"]
    assert server["policies"] == [{"name": "virtualserver-example-com-clients"}]
    gateway = find(chart, "Gateway", "gatewayapi-example-com")["spec"]["tls"]
    trusted = [{"group": "", "kind": "ConfigMap", "name": "partners"}]
    assert gateway == {"frontend": {"default": {"validation": {"caCertificateRefs": trusted}}}}
    assert list(unknown_fields(chart)) == []


def test_a_gateway_is_told_the_versions_of_tls_in_its_own_words(chart: Chart) -> None:
    told = {"nginx.org/ssl-protocols": "TLSv1.3"}
    gateway = replace(GATEWAY, gateway_class="nginx", tls_options=told)
    host = Host(name="example.com", tls=Tls(secret_name="shop-tls"), renderer=gateway)
    routes = [Route(policy=PORTABLE_POLICY)]
    tier = ApiTier(chart, "api", container=CONTAINER, host=host, routes=routes)
    PublicHost(chart, "host", host=host, constructs=[tier])
    http, https = find(chart, "Gateway", "example-com")["spec"]["listeners"]
    assert "tls" not in http
    assert https["tls"]["options"] == told
    assert list(unknown_fields(chart)) == []
    plain = replace(host, name="plain.example.com", tls=PlainHttp())
    tier = ApiTier(chart, "plain", container=CONTAINER, host=plain, routes=routes)
    with pytest.raises(ConfigurationError, match=r"tls_options: .*the host has no TLS"):
        PublicHost(chart, "plain-host", host=plain, constructs=[tier])
    with pytest.raises(ConfigurationError, match="tls_options"):
        replace(GATEWAY, tls_options={"ssl protocols": "TLSv1.3"})


def test_only_what_answers_everybody_is_a_site(chart: Chart) -> None:
    known = Route(policy=TrafficPolicy(allowed_ranges=("203.0.113.0/24",)))
    plain, api = Http(), Route(paths=("/api",))
    assert orders(chart, NginxIngress(), plain, Route()).facts.routes[0].is_site
    for id, http, route in (("grpc", GRPC, CALLS), ("known", plain, known), ("api", plain, api)):
        inner = Chart(App(), id, namespace="app")
        assert not orders(inner, NginxIngress(), http, route).facts.routes[0].is_site


REFUSED = [
    (GRPC, Route(paths=("/a/b/c",)), r"'/package\.Service/Method'"),
    (GRPC, Route(paths=("/api",), rewrite="/"), r"Route\.rewrite"),
    (GRPC, Route(websocket=True), r"Route\.websocket"),
    (
        GRPC,
        Route(policy=replace(PORTABLE_POLICY, body_limit="16Mi")),
        r"NginxIngress of gRPC cannot express it",
    ),
    (
        replace(GRPC, tls=TLS, probes=Probes(readiness=GrpcCheck(), liveness=TcpCheck())),
        CALLS,
        r"Http\.probes: .*use TcpCheck",
    ),
]


@pytest.mark.parametrize(("http", "route", "said"), REFUSED)
def test_fails_for_what_cannot_be_spoken(chart: Chart, http: Http, route: Route, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        orders(chart, NginxIngress(), http, route)


def test_fails_for_metrics_on_a_port_without_plain_http() -> None:
    for http in (Http(tls=TLS), GRPC):
        with pytest.raises(ConfigurationError, match=r"Metrics\.port: got 8080"):
            replace(http, metrics=Metrics(port=8080))


@pytest.mark.parametrize("renderer", [NginxIngress(), VirtualServer()], ids=["ingress", "server"])
def test_fails_for_grpc_without_tls_at_nginx(chart: Chart, renderer: Renderer) -> None:
    host = Host(name="shop.example.com", tls=TlsInFront(), renderer=renderer)
    with pytest.raises(ConfigurationError, match=r"nginx speaks HTTP/2, .* over TLS alone"):
        ApiTier(chart, "orders", container=CONTAINER, host=host, routes=[CALLS], http=GRPC)


@GATEWAYS
def test_fails_for_two_kinds_of_routes_on_one_name(chart: Chart, renderer: Renderer) -> None:
    host = Host(name="shop.example.com", tls=tls_of(renderer), renderer=renderer)
    web = ApiTier(chart, "web", container=CONTAINER, host=host)
    calls = ApiTier(chart, "calls", container=CONTAINER, host=host, routes=[CALLS], http=GRPC)
    with pytest.raises(ConfigurationError, match="give gRPC a host of its own"):
        PublicHost(chart, "host", host=host, constructs=[web, calls])


@GATEWAYS
def test_fails_at_a_gateway_for_whoever_answers(chart: Chart, renderer: Renderer) -> None:
    with pytest.raises(ConfigurationError, match=r"PodTls\.authority: .*name the ConfigMap"):
        orders(chart, renderer, Http(tls=replace(TLS, authority=None)), Route())


def test_fails_for_websockets_in_grpc(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Http\.protocol: .*websockets are HTTP/1\.1"):
        SocketTier(chart, "live", container=CONTAINER, broker=BROKER, http=GRPC)
