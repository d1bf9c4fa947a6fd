"""A member of a mesh keeps its probes, its metrics and its drain, and its proxy counts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Http,
    Lifecycle,
    Metrics,
    Namespace,
    Replicas,
    Resources,
    SecurityBaseline,
    Workload,
)
from constructs_lib.pods import Istio, Linkerd, Mesh
from constructs_lib.testing import check, find

IMAGE = "registry.example.com/shop/api:2.0.3"
MESHES: dict[str, Mesh] = {"istio": Istio(), "linkerd": Linkerd()}


def member(
    chart: Chart, mesh: Mesh | None, id: str = "api", metrics: Metrics = Metrics()
) -> ApiTier:
    return ApiTier(
        chart,
        id,
        container=Container(image=IMAGE),
        http=Http(metrics=metrics),
        lifecycle=Lifecycle(drain_seconds=50),
        scaling=Replicas(count=2),
        workload=Workload(mesh=mesh),
    )


@pytest.mark.mission("B106")
def test_istio(chart: Chart) -> None:
    member(chart, Istio())
    pod = find(chart, "Deployment", "api")["spec"]["template"]["metadata"]
    assert pod["labels"]["sidecar.istio.io/inject"] == "true"
    said = pod["annotations"]
    assert said["sidecar.istio.io/rewriteAppHTTPProbers"] == "true"
    assert said["traffic.sidecar.istio.io/excludeInboundPorts"] == "9090"
    assert said["sidecar.istio.io/proxyCPULimit"] == "500m"
    assert json.loads(said["proxy.istio.io/config"]) == {
        "holdApplicationUntilProxyStarts": True,
        "terminationDrainDuration": "60s",
    }


@pytest.mark.mission("B106")
def test_linkerd(chart: Chart) -> None:
    member(chart, Linkerd(resources=Resources(cpu="50m", cpu_limit=None, memory="64Mi")))
    said = find(chart, "Deployment", "api")["spec"]["template"]["metadata"]["annotations"]
    assert said == {
        "linkerd.io/inject": "enabled",
        "config.alpha.linkerd.io/proxy-wait-before-exit-seconds": "60",
        "config.linkerd.io/proxy-cpu-request": "50m",
        "config.linkerd.io/proxy-memory-limit": "64Mi",
        "config.linkerd.io/proxy-memory-request": "64Mi",
        "config.linkerd.io/skip-inbound-ports": "9090",
    }


@pytest.mark.parametrize("name", MESHES)
def test_metrics_on_the_port_of_the_application_go_through_the_proxy(
    name: str, chart: Chart
) -> None:
    member(chart, MESHES[name], metrics=Metrics(port=8080))
    said = find(chart, "Deployment", "api")["spec"]["template"]["metadata"]["annotations"]
    assert not [key for key in said if "nbound" in key]


@pytest.mark.mission("B106")
@pytest.mark.parametrize("name", MESHES)
def test_the_proxy_is_paid_for_and_may_call_its_control_plane(name: str, app: App) -> None:
    chart = Chart(app, "app", namespace="app")
    plain = member(Chart(App(), "app", namespace="app"), None, "plain")
    meshed = member(chart, MESHES[name])
    assert len(meshed.facts.footprints[0].containers) == 1 + len(
        plain.facts.footprints[0].containers
    )
    SecurityBaseline(
        Chart(app, "cluster"), "baseline", namespaces=[Namespace(name="app")], constructs=[meshed]
    )
    quota = find(app, "ResourceQuota", "quota")["spec"]["hard"]
    assert quota["requests.cpu"] == "2100m", "five pods of 350m, and a fifth"
    called = MESHES[name].control_plane[0].name
    assert find(app, "NetworkPolicy", f"api-to-{called}")


def test_selectors_know_nothing_of_the_mesh(chart: Chart) -> None:
    member(chart, Istio())
    selector = find(chart, "Deployment", "api")["spec"]["selector"]["matchLabels"]
    assert "sidecar.istio.io/inject" not in selector
    check(chart)


def test_fails_with_a_control_plane_that_no_proxy_can_call() -> None:
    with pytest.raises(ConfigurationError, match=r"Istio\.istiod: got 'istiod'; give it the port"):
        Istio(istiod=replace(Istio().istiod, ports=()))
