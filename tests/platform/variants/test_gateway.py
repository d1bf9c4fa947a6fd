"""The platform behind a controller of the Gateway API, which knows little of a traffic policy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from constructs_lib import GatewayApi
from constructs_lib.facts import Neighbour
from constructs_lib.testing import check
from environments import PRODUCTION
from tests.platform.shop import build

CONTROLLER = Neighbour(
    name="envoy", namespace="gateways", selector={"app.kubernetes.io/name": "envoy"}
)
GATEWAY = GatewayApi(gateway_class="contour", namespace="app", controller=CONTROLLER)


def test_only_the_renderers_change(tmp_path: Path) -> None:
    settings = replace(
        PRODUCTION,
        renderer=GATEWAY,
        monitoring_renderer=replace(GATEWAY, namespace="monitoring"),
    )
    shop = build(tmp_path, settings)
    check(shop.objects)
    kinds = [manifest["kind"] for manifest in shop.core]
    assert kinds.count("Gateway") == 2
    assert kinds.count("HTTPRoute") == 2 + 4, "a redirect for each host, a route for each tier"
    assert "Ingress" not in kinds
