"""What the cluster is like is said once, for an app."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart
from constructs import Construct

from constructs_lib import Cluster, ConfigurationError


def test_what_is_said_holds_for_all_charts_of_the_app(app: App) -> None:
    cluster = Cluster(domain="k8s.example.net")
    cluster.attach(app)
    for name in ("web", "api"):
        assert Cluster.of(Construct(Chart(app, name), "part")) == cluster
    assert cluster.dns_name("web", "app") == "web.app.svc.k8s.example.net"


def test_where_nothing_is_said_it_is_the_usual(chart: Chart) -> None:
    Cluster(domain="k8s.example.net").attach(App())
    assert Cluster.of(chart) == Cluster()
    assert Cluster.of(chart).dns_name("web", "app") == "web.app.svc.cluster.local"


def test_fails_for_a_part_of_the_app(chart: Any) -> None:  # noqa: ANN401
    with pytest.raises(ConfigurationError, match="scope of Cluster: got 'Chart'; give the App"):
        Cluster().attach(chart)


def test_fails_where_names_are_written_already(app: App, chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Cluster\.attach: .*before anything is made"):
        Cluster(domain="k8s.example.net").attach(app)


def test_fails_where_it_is_said_twice() -> None:
    app = App()
    Cluster().attach(app)
    with pytest.raises(ConfigurationError, match=r"Cluster\.attach: .*call it once"):
        Cluster(domain="k8s.example.net").attach(app)


@pytest.mark.parametrize("domain", ["", "Cluster.local", "cluster.local.", "a_b"])
def test_fails_with_what_is_no_domain(domain: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Cluster\.domain: "):
        Cluster(domain=domain)
