"""A second port of a tier has doors of its own: a console on another host, SSH at a balancer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ConfigurationError,
    Container,
    Host,
    Http,
    Namespace,
    PublicHost,
    Route,
    SecurityBaseline,
    WebTier,
)
from constructs_lib.facts import Port, TransportProtocol
from constructs_lib.testing import find, find_all, problems
from constructs_lib.traffic import PORTABLE_POLICY, LoadBalancer, PodTls, Renderer
from tests.traffic.test_policy import RENDERERS, tls_of
from tests.traffic.test_renderers import unknown_fields

STORE = Container(
    image="registry.example.com/store:2026.1.4",
    ports=[Port(name="console", number=9001), Port(name="ssh", number=2222)],
)
CONSOLE = Route(name="console", port="console", hosts=("console.example.com",))
SSH = LoadBalancer(name="ssh", source_ranges=("203.0.113.0/24",), ports=(22,), target_port="ssh")


def hosts(renderer: Renderer) -> list[Host]:
    names = ("store.example.com", "console.example.com")
    return [Host(name=name, tls=tls_of(renderer), renderer=renderer) for name in names]


def store(chart: Chart, renderer: Renderer, *routes: Route, **further: Any) -> WebTier:  # noqa: ANN401
    portable = [replace(route, policy=PORTABLE_POLICY) for route in routes]
    return WebTier(
        chart, "store", container=STORE, host=hosts(renderer), routes=portable, **further
    )


def ports_of(chart: Chart, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in find_all(chart, kind):
        for rule in each["spec"].get("rules", ()):
            for path in rule.get("http", {}).get("paths", ()):
                found[rule["host"]] = path["backend"]["service"]["port"]["name"]
            for backend in rule.get("backendRefs", ()):
                found[each["spec"]["hostnames"][0]] = backend["port"]
        for upstream in each["spec"].get("upstreams", ()):
            found[each["spec"]["host"]] = upstream["port"]
    return found


@pytest.mark.parametrize(
    ("renderer", "kind", "ports"),
    [
        ("NginxIngress", "Ingress", ("http", "console")),
        ("VirtualServer", "VirtualServer", (80, 9001)),
        ("GatewayApi", "HTTPRoute", (80, 9001)),
        ("ExistingGateway", "HTTPRoute", (80, 9001)),
    ],
)
def test_a_console_is_on_a_host_of_its_own(
    app: App, renderer: str, kind: str, ports: tuple[str | int, str | int]
) -> None:
    chart = Chart(app, "store", namespace="app")
    requests = Route(hosts=("store.example.com",))
    tier = store(chart, RENDERERS[renderer], requests, CONSOLE)
    made = [
        PublicHost(chart, f"host-{number}", host=host, constructs=[tier])
        for number, host in enumerate(hosts(RENDERERS[renderer]))
    ]
    SecurityBaseline(
        Chart(app, "cluster"),
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[tier, *made],
    )
    own, console = ports
    assert ports_of(chart, kind) == {"store.example.com": own, "console.example.com": console}
    assert [call.port for call in tier.facts.calls] == ["http", "console"]
    assert list(unknown_fields(chart)) == []
    assert problems(app) == []


def test_a_load_balancer_leads_to_the_port_that_is_named(chart: Chart) -> None:
    tier = WebTier(chart, "store", container=STORE, load_balancer=SSH)
    (port,) = find(chart, "Service", "store-ssh")["spec"]["ports"]
    assert (port["port"], port["targetPort"]) == (22, "ssh")
    assert [call.target_port.number for call in tier.facts.calls] == [2222]


def test_a_load_balancer_speaks_what_the_port_does(chart: Chart) -> None:
    calls = Port(name="media", number=7882, protocol=TransportProtocol.UDP)
    media = replace(SSH, name="media", ports=(7882,), target_port="media")
    heard = replace(STORE, ports=[calls])
    tier = WebTier(chart, "calls", container=heard, load_balancer=media)
    (port,) = find(chart, "Service", "calls-media")["spec"]["ports"]
    assert port["protocol"] == "UDP"
    assert [call.target_port.protocol for call in tier.facts.calls] == ["UDP"]


REFUSED = [
    (Route(port="admin"), {}, r"Route\.port: got 'admin'; name one of http, console, ssh"),
    (Route(port="metrics"), {}, r"Route\.port: got 'metrics'"),
    (Route(hosts=("shop.example.com",)), {}, r"Route\.hosts: .*name some of store\.example\.com"),
    (
        CONSOLE,
        {"http": Http(tls=PodTls(host_name="store.app.svc", authority="app-ca"))},
        r"Route\.port: got 'console'; leave Http\.tls out",
    ),
]


@pytest.mark.parametrize(("route", "further", "said"), REFUSED)
def test_fails_for_a_door_to_nowhere(
    chart: Chart, route: Route, further: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        store(chart, RENDERERS["NginxIngress"], route, **further)


def test_fails_for_a_balancer_of_a_port_that_there_is_not(chart: Chart) -> None:
    lost = replace(SSH, target_port="git")
    with pytest.raises(ConfigurationError, match="name one 'git', where hosts and balancers lead"):
        WebTier(chart, "store", container=STORE, load_balancer=lost)


def test_fails_for_a_host_without_a_route(chart: Chart) -> None:
    renderer = RENDERERS["NginxIngress"]
    tier = store(chart, renderer, Route(hosts=("store.example.com",)))
    with pytest.raises(ConfigurationError, match=r"PublicHost\.constructs: got 'console"):
        PublicHost(chart, "host", host=hosts(renderer)[1], constructs=[tier])
