"""What was made and not handed over is told before its pods start alone."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart

from constructs_lib import ApiTier, ConfigurationError, Container, Namespace, SecurityBaseline

NAMESPACES = (Namespace(name="app"),)
CONTAINER = Container(image="registry.example.com/shop/api:2.0.3")


def test_a_construct_of_the_app_in_a_namespace_of_the_baseline(app: App) -> None:
    chart = Chart(app, "api", namespace="app")
    given, lost = (ApiTier(chart, name, container=CONTAINER) for name in ("api", "admin"))
    with pytest.raises(ConfigurationError, match=r"constructs: .*give ApiTier 'admin' as well"):
        SecurityBaseline(
            Chart(app, "cluster"), "baseline", namespaces=NAMESPACES, constructs=[given]
        )
    SecurityBaseline(Chart(app, "all"), "all", namespaces=NAMESPACES, constructs=[given, lost])


def test_another_platform_may_be_in_the_app(app: App) -> None:
    given = ApiTier(Chart(app, "api", namespace="app"), "api", container=CONTAINER)
    ApiTier(Chart(app, "other", namespace="other"), "api", container=CONTAINER)
    SecurityBaseline(Chart(app, "c"), "baseline", namespaces=NAMESPACES, constructs=[given])
