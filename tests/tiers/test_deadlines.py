"""Whoever is further inside gives up first, and a cache is one argument."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    CacheEndpoint,
    ConfigurationError,
    GatewayApi,
    Gunicorn,
    NginxIngress,
    Route,
    SecretRef,
    Timeouts,
    TrafficPolicy,
    VirtualServer,
    WebTier,
)
from constructs_lib.facts import Neighbour
from constructs_lib.traffic import PORTABLE_POLICY, LoadBalancer, Renderer
from tests.tiers.ends import CONTAINER, DATABASE, HOST, REDIS
from tests.tiers.reading import env, mounts

CACHE = CacheEndpoint(
    host="redis.example.com",
    port=6379,
    target=REDIS,
    target_port="redis",
    secret=SecretRef(name="web-cache", keys=("password",)),
)


@pytest.mark.mission("B107")
@pytest.mark.parametrize(
    "policy",
    [
        TrafficPolicy(timeouts=Timeouts(read_seconds=30)),
        replace(PORTABLE_POLICY, request_timeout_seconds=30),
    ],
)
def test_fails_when_the_edge_gives_up_before_the_workers(
    policy: TrafficPolicy, chart: Chart
) -> None:
    with pytest.raises(ConfigurationError, match="use less than the 30 seconds that the route"):
        ApiTier(chart, "api", container=CONTAINER, host=HOST, routes=(Route(policy=policy),))


@pytest.mark.mission("B107")
@pytest.mark.parametrize("renderer", [NginxIngress(), VirtualServer()])
def test_fails_when_nginx_gives_up_by_itself_before_the_workers(
    renderer: Renderer, chart: Chart
) -> None:
    unsaid = Route(policy=TrafficPolicy(timeouts=None))
    with pytest.raises(ConfigurationError, match="use less than the 60 seconds that the route"):
        ApiTier(
            chart,
            "api",
            container=CONTAINER,
            host=replace(HOST, renderer=renderer),
            routes=(unsaid,),
            runtime=Gunicorn(timeout_seconds=60),
        )


def test_a_gateway_has_no_timeout_of_its_own(chart: Chart) -> None:
    gateway = GatewayApi(
        gateway_class="nginx",
        namespace="edge",
        controller=Neighbour(name="gateway", namespace="edge", selector={"app": "gateway"}),
    )
    host = replace(HOST, renderer=gateway)
    ApiTier(
        chart,
        "api",
        container=CONTAINER,
        host=host,
        routes=(Route(policy=PORTABLE_POLICY),),
        runtime=Gunicorn(timeout_seconds=600),
    )


@pytest.mark.mission("B107")
def test_fails_when_the_database_gives_up_after_the_workers(chart: Chart) -> None:
    slow = replace(DATABASE, statement_seconds=30)
    with pytest.raises(ConfigurationError, match="use less than the 30 seconds of Gunicorn"):
        ApiTier(chart, "api", container=CONTAINER, database=slow)
    ApiTier(
        chart, "patient", container=CONTAINER, database=slow, runtime=Gunicorn(timeout_seconds=31)
    )


@pytest.mark.mission("B107")
def test_fails_when_the_edge_gives_up_before_a_failover_is_over(chart: Chart) -> None:
    hasty = Route(policy=TrafficPolicy(timeouts=Timeouts(read_seconds=45)))
    pooled = replace(DATABASE, wait_seconds=45)
    with pytest.raises(ConfigurationError, match="wait_seconds: got 45; use less than the 45 sec"):
        ApiTier(chart, "api", container=CONTAINER, host=HOST, routes=(hasty,), database=pooled)
    ApiTier(chart, "inside", container=CONTAINER, database=pooled)


@pytest.mark.mission("B103")
@pytest.mark.parametrize("kind", ["api", "web"])
def test_a_cache_is_reached_and_its_password_is_a_file(kind: str, chart: Chart) -> None:
    door = LoadBalancer(source_ranges=("203.0.113.0/24",))
    tier: ApiTier | WebTier = (
        ApiTier(chart, "shop", container=CONTAINER, cache=CACHE)
        if kind == "api"
        else WebTier(chart, "shop", container=CONTAINER, cache=CACHE, load_balancer=door)
    )
    told = env(chart, "shop")
    assert told["CACHE_HOST"] == "redis.example.com"
    assert told["CACHE_PORT"] == "6379"
    assert told["CACHE_PASSWORD_FILE"] == "/run/secrets/cache/password"
    assert "/run/secrets/cache" in mounts(chart, "shop")
    assert "redis" in [call.target.name for call in tier.facts.calls]


def test_fails_on_a_password_in_place_of_its_reference() -> None:
    with pytest.raises(ConfigurationError, match="give SecretRef"):
        replace(CACHE, secret="hunter2")  # type: ignore[arg-type]
