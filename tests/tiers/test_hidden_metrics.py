"""Metrics on the port for requests are no visitor's business, unless somebody says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import Chart

from constructs_lib import (
    ConfigurationError,
    Container,
    Http,
    Metrics,
    Port,
    Route,
    SecretRef,
    TrafficPolicy,
    WebTier,
)
from constructs_lib.facts import ScrapeAuthorization
from constructs_lib.testing import find
from constructs_lib.tiers import FrontProxy
from constructs_lib.traffic import LoadBalancer
from tests.tiers.ends import CONTAINER, HOST

SHARED = Http(metrics=Metrics(port=8080))
TOKEN = ScrapeAuthorization(secret=SecretRef(name="scrape", keys=("token",)))
PROXY = Container(name="proxy", image="nginx:1.30.0", ports=[Port(name="http", number=8443)])
CLOSED = Route(
    name="metrics",
    paths=("/metrics",),
    exact=True,
    policy=TrafficPolicy(allowed_ranges=("10.0.0.0/8",)),
)


@pytest.mark.parametrize(
    "route",
    [
        Route(),
        Route(paths=("/metrics",)),
        Route(paths=("/api",), rewrite="/"),
        Route(paths=("/numbers",), exact=True, rewrite="/metrics"),
    ],
    ids=["all", "itself", "a stripped prefix", "another name"],
)
def test_fails_where_a_visitor_could_read_them(chart: Chart, route: Route) -> None:
    said = rf"Metrics\.port: got 8080; visitors read /metrics by the route '{route.paths[0]}'"
    with pytest.raises(ConfigurationError, match=said):
        WebTier(chart, "web", container=CONTAINER, host=HOST, routes=[route], http=SHARED)


@pytest.mark.parametrize(
    ("http", "routes"),
    [
        (Http(), [Route()]),
        (SHARED, [Route(paths=("/api",))]),
        (SHARED, [Route(paths=("/",), exact=True)]),
        (SHARED, [Route(), CLOSED]),
        (Http(metrics=Metrics(port=8080, authorization=TOKEN)), [Route()]),
        (Http(metrics=Metrics(port=8080, public=True)), [Route()]),
        (replace(SHARED, front=FrontProxy(container=PROXY)), [Route()]),
    ],
    ids=["own port", "elsewhere", "one page", "closed", "credentials", "public", "proxy"],
)
def test_there_are_ways_to_have_them(chart: Chart, http: Http, routes: list[Route]) -> None:
    WebTier(chart, "web", container=CONTAINER, host=HOST, routes=routes, http=http)
    assert find(chart, "Ingress", "web")


def test_clients_of_a_load_balancer_are_known(chart: Chart) -> None:
    partners = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))
    web = WebTier(chart, "web", container=CONTAINER, load_balancer=partners, http=SHARED)
    assert [endpoint.port for endpoint in web.facts.metrics] == ["http"]
