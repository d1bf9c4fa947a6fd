"""Whatever the controller, its routes lead to Services, and policies let it in to their pods."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    Canary,
    Container,
    Host,
    Namespace,
    PublicHost,
    RollingUpdate,
    Route,
    SecurityBaseline,
    WebTier,
    Workload,
)
from constructs_lib.manifests.backend_refs import backends_of
from constructs_lib.manifests.expected_secrets import Kind, expected_secrets
from constructs_lib.manifests.platform import Platform
from constructs_lib.rollouts import Rollout
from constructs_lib.testing import manifests, problems
from constructs_lib.traffic import PORTABLE_POLICY
from tests.public_names import PUBLIC
from tests.traffic.test_policy import RENDERERS, tls_of

CANARY = Canary(image="registry.example.com/shop/web:1.5.0", step=1)


def platform(
    app: App, chart: Chart, renderer: str, rollout: Rollout = CANARY
) -> list[dict[str, Any]]:
    host = Host(
        name="shop.example.com", tls=tls_of(RENDERERS[renderer]), renderer=RENDERERS[renderer]
    )
    web = WebTier(
        chart,
        "web",
        container=Container(image="registry.example.com/shop/web:1.4.2"),
        host=host,
        routes=(Route(policy=PORTABLE_POLICY),),
        workload=Workload(rollout=rollout),
    )
    public_host = PublicHost(chart, "host", host=host, constructs=[web])
    SecurityBaseline(
        Chart(app, "cluster"),
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[web, public_host],
    )
    return manifests(app)


@pytest.mark.mission("B55")
@pytest.mark.parametrize("renderer", ["VirtualServer", "GatewayApi"])
def test_routes_lead_to_pods_that_let_the_controller_in(
    app: App, chart: Chart, renderer: str
) -> None:
    objects = platform(app, chart, renderer)
    assert [str(problem) for problem in problems(objects)] == []
    name = RENDERERS[renderer].controller.name
    closed = [each for each in objects if f"-from-{name}" not in str(each["metadata"])]
    found = {problem.invariant for problem in problems(closed)}
    assert found == {"backends_let_the_controller_in"}


@pytest.mark.parametrize("renderer", ["VirtualServer", "GatewayApi"])
def test_a_route_to_no_service_is_seen(app: App, chart: Chart, renderer: str) -> None:
    objects = [
        each
        for each in platform(app, chart, renderer)
        if each["kind"] != "Service" or "canary" not in str(each["metadata"])
    ]
    assert {problem.invariant for problem in problems(objects)} == {"backends_exist"}


def test_every_renderer_is_tried() -> None:
    renderers = {name for name, each in PUBLIC.items() if hasattr(each, "render_host")}
    assert renderers - {"Renderer"} == set(RENDERERS)


@pytest.mark.parametrize("renderer", RENDERERS)
def test_what_reads_manifests_knows_the_kinds_of_each(
    app: App, chart: Chart, renderer: str
) -> None:
    objects = platform(app, chart, renderer, RollingUpdate())
    # Of a Gateway that is there already it is known elsewhere.
    known = set() if renderer == "ExistingGateway" else {"shop-tls"}
    assert {each.name for each in expected_secrets(objects) if each.kind is Kind.TLS} == known
    assert {each.service for each in backends_of(Platform(objects))} == {"web"}
