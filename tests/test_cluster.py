"""What the cluster is like is said once, for an app."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart
from constructs import Construct

from constructs_lib import (
    AddressFamily,
    ApiTier,
    Cluster,
    ConfigurationError,
    Container,
    Dns,
    Outside,
)
from tests.tiers.reading import pod

CONTAINER = Container(image="registry.example.com/shop/api:2.0.3")
SILENT = Outside(name="dns", cidrs=("10.0.0.10/32",))


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


def test_names_with_three_dots_are_looked_for_as_they_are(chart: Chart) -> None:
    ApiTier(chart, "api", container=CONTAINER)
    assert pod(chart, "api")["dnsConfig"] == {"options": [{"name": "ndots", "value": "3"}]}


def test_options_of_the_resolver(app: App) -> None:
    options = {"ndots": 2, "timeout": 1, "single-request-reopen": None}
    Cluster(dns=Dns(options=options)).attach(app)
    chart = Chart(app, "api", namespace="app")
    ApiTier(chart, "api", container=CONTAINER)
    assert pod(chart, "api")["dnsConfig"]["options"] == [
        {"name": "ndots", "value": "2"},
        {"name": "timeout", "value": "1"},
        {"name": "single-request-reopen"},
    ]


def test_a_resolver_as_the_cluster_has_it(app: App) -> None:
    Cluster(dns=Dns(options={})).attach(app)
    chart = Chart(app, "api", namespace="app")
    ApiTier(chart, "api", container=CONTAINER)
    assert "dnsConfig" not in pod(chart, "api")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"options": {"Ndots": 2}}, r"Dns\.options: got 'Ndots'; use an option"),
        ({"options": {"ndots": -1}}, r"Dns\.options\['ndots'\]: got -1; use a whole number"),
        ({"options": {"ndots": "2"}}, r"Dns\.options\['ndots'\]: got '2'; give a whole number"),
        ({"servers": ()}, r"Dns\.servers: .*say who resolves names"),
        ({"servers": (SILENT,)}, r"Dns\.servers: got 'dns'; give it the port that is called"),
    ],
)
def test_fails_where_no_name_would_be_resolved(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Dns(**arguments)


def test_an_address_of_ipv6_is_in_brackets_before_a_port() -> None:
    assert AddressFamily.IPV4.with_port("10.0.0.1", 80) == "10.0.0.1:80"
    assert AddressFamily.IPV6.with_port("fd00::1", 80) == "[fd00::1]:80"
    # Of the pod's own address nobody knows the family before it is there.
    assert AddressFamily.DUAL.with_port("$(POD_IP)", 80) == "[$(POD_IP)]:80"


@pytest.mark.parametrize(
    ("family", "included"),
    [
        (AddressFamily.IPV4, [True, False]),
        (AddressFamily.IPV6, [False, True]),
        (AddressFamily.DUAL, [True, True]),
    ],
)
def test_which_ranges_there_are(family: AddressFamily, included: list[bool]) -> None:
    assert [family.includes(cidr) for cidr in ("10.0.0.0/8", "fd00::/8")] == included


def test_fails_with_the_text_of_a_family() -> None:
    family: Any = "IPv6"
    with pytest.raises(ConfigurationError, match=r"Cluster\.addresses: .*AddressFamily\.IPV6"):
        Cluster(addresses=family)


@pytest.mark.parametrize("domain", ["", "Cluster.local", "cluster.local.", "a_b"])
def test_fails_with_what_is_no_domain(domain: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Cluster\.domain: "):
        Cluster(domain=domain)
