"""A proxy in the pod of a tier takes its requests, from whoever comes in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Http,
    Metrics,
    Port,
    WebTier,
    Workload,
)
from constructs_lib.pods import HttpCheck, NativePause, Probe
from constructs_lib.testing import find
from constructs_lib.tiers import FrontProxy
from constructs_lib.traffic import LoadBalancer
from tests.tiers.ends import CONTAINER, HOST
from tests.tiers.reading import pod

PROXY = Container(
    name="proxy",
    image="registry.example.com/nginx:1.30.0",
    ports=[Port(name="http", number=8443)],
)
BEHIND = Http(front=FrontProxy(container=PROXY))


def containers(chart: Chart, name: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in pod(chart, name)["containers"]}


def test_all_doors_lead_to_the_proxy(chart: Chart) -> None:
    balancer = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(443,))
    web = WebTier(chart, "web", container=CONTAINER, host=HOST, load_balancer=balancer, http=BEHIND)
    ports = {port.name: port.number for port in web.peer.ports}
    assert ports == {"server": 8080, "metrics": 9090, "http": 8443}
    assert {call.target_port.number for call in web.facts.calls} == {8443}
    assert web.endpoint.target_port == "http"
    for service in ("web", "web-public"):
        led = find(chart, "Service", service)["spec"]["ports"]
        assert {port["targetPort"] for port in led} == {"http"}
    made = containers(chart, "web")
    assert [port["name"] for port in made["proxy"]["ports"]] == ["http"]
    assert [port["name"] for port in made["app"]["ports"]] == ["server", "metrics"]


def test_the_kubelet_and_prometheus_ask_the_server(chart: Chart) -> None:
    api = ApiTier(
        chart, "api", container=CONTAINER, http=replace(BEHIND, metrics=Metrics(port=8080))
    )
    assert containers(chart, "api")["app"]["readinessProbe"]["httpGet"]["port"] == 8080
    assert [endpoint.port for endpoint in api.facts.metrics] == ["server"]


def test_the_proxy_waits_as_long_as_the_server(chart: Chart) -> None:
    native = FrontProxy(container=PROXY, pause=NativePause())
    ApiTier(chart, "api", container=CONTAINER, host=HOST, http=BEHIND)
    ApiTier(chart, "native", container=CONTAINER, host=HOST, http=Http(front=native))
    made = containers(chart, "api")
    assert made["proxy"]["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "10"]
    assert made["app"]["lifecycle"]["preStop"]["exec"]["command"][-1].endswith("sleep(10)")
    assert containers(chart, "native")["proxy"]["lifecycle"]["preStop"] == {
        "sleep": {"seconds": 10}
    }


def test_its_probes_ask_its_port(chart: Chart) -> None:
    asked = Probe(check=HttpCheck(path="/ready"), port=8443)
    own = Http(front=FrontProxy(container=replace(PROXY, readiness=asked)))
    ApiTier(chart, "api", container=CONTAINER, http=own)
    proxy = containers(chart, "api")["proxy"]
    assert proxy["livenessProbe"]["tcpSocket"] == {"port": 8443}
    assert proxy["readinessProbe"]["httpGet"] == {"path": "/ready", "port": 8443}


def test_sidecars_stay_beside_it(chart: Chart) -> None:
    beside = Workload(
        sidecars=[Container(name="statsd", image="registry.example.com/statsd:1.2.0")]
    )
    ApiTier(chart, "api", container=CONTAINER, http=BEHIND, workload=beside)
    assert [*containers(chart, "api")] == ["app", "proxy", "statsd"]


def test_fails_without_a_port_for_requests() -> None:
    with pytest.raises(ConfigurationError, match=r"FrontProxy\.container: .*name a port 'http'"):
        FrontProxy(container=replace(PROXY, ports=[Port(name="https", number=8443)]))


def test_fails_for_a_hook_of_its_own() -> None:
    with pytest.raises(ConfigurationError, match=r"FrontProxy\.pause"):
        FrontProxy(container=replace(PROXY, pre_stop=["sleep", "5"]))


def test_fails_for_two_containers_on_one_port(chart: Chart) -> None:
    taken = replace(PROXY, ports=[Port(name="http", number=8080)])
    with pytest.raises(ConfigurationError, match=r"Port\.number: got '8080/TCP'"):
        ApiTier(chart, "api", container=CONTAINER, http=Http(front=FrontProxy(container=taken)))
