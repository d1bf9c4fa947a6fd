"""Requests find their way from the doors of the platform to its pods."""

from __future__ import annotations

import re

import pytest

from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.pod_counts import worst_moment
from constructs_lib.testing import find, find_all
from environments import PRODUCTION
from tests.platform.reading import TIERS, minions, paths, type_of, variables
from tests.platform.shop import Shop


@pytest.mark.mission("B25")
@pytest.mark.mission("B29")
def test_one_door_beside_the_ingress(shop: Shop) -> None:
    doors = {
        each["metadata"]["name"]: each["spec"]["type"]
        for each in find_all(shop.core, "Service")
        if each["spec"]["type"] != "ClusterIP"
    }
    assert doors == {"web-public": "LoadBalancer"}


@pytest.mark.mission("B26")
@pytest.mark.mission("B32")
def test_services_lead_to_the_port_that_their_pods_serve(shop: Shop) -> None:
    for door in (*TIERS, "web-public"):
        service = find(shop.core, "Service", door)
        deployment = find(shop.core, "Deployment", door.removesuffix("-public"))
        assert service["spec"]["selector"] == deployment["spec"]["selector"]["matchLabels"]
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        declared = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert [declared[port["targetPort"]] for port in service["spec"]["ports"]] == [8080]


@pytest.mark.mission("B30")
@pytest.mark.mission("B31")
def test_the_web_finds_the_api_by_name(shop: Shop) -> None:
    service = find(shop.core, "Service", "api")
    place, (port,) = service["metadata"], service["spec"]["ports"]
    host = f"{place['name']}.{place['namespace']}.svc.cluster.local"
    assert variables(shop, "web")["API_URL"] == f"http://{host}:{port['port']}"


@pytest.mark.mission("B27")
@pytest.mark.mission("B28")
@pytest.mark.mission("B55")
def test_load_balancer(shop: Shop) -> None:
    balancer = PRODUCTION.load_balancer
    assert balancer is not None
    service = find(shop.core, "Service", "web-public")
    assert service["spec"]["sessionAffinity"] == "ClientIP"
    assert service["spec"]["loadBalancerSourceRanges"] == [*balancer.source_ranges]
    annotations = service["metadata"]["annotations"]
    terminated = annotations["service.beta.kubernetes.io/aws-load-balancer-ssl-ports"]
    assert [str(port["port"]) for port in service["spec"]["ports"]] == [terminated]
    assert "service.beta.kubernetes.io/aws-load-balancer-ssl-cert" in annotations
    # Its clients are on the internet.
    scheme = annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"]
    assert scheme == "internet-facing"


@pytest.mark.mission("B5")
@pytest.mark.mission("B10")
@pytest.mark.mission("B15")
def test_each_tier_runs_its_server(shop: Shop) -> None:
    assert "NEXT_DEPLOYMENT_ID" in variables(shop, "web")
    assert "GUNICORN_CMD_ARGS" in variables(shop, "api")
    assert "BROKER_HOST" in variables(shop, "socket")
    for name in ("api", "socket", "web"):
        (port,) = find(shop.core, "Service", name)["spec"]["ports"]
        assert port["targetPort"] == "http"
        assert variables(shop, name)["PORT"] == "8080"


@pytest.mark.mission("B105")
def test_pools_share_the_connections_of_the_database(shop: Shop) -> None:
    """One for each thread, or what is left for a process when all pods of a rollout are there."""
    told = variables(shop, "api")
    platform = Platform(shop.core)
    (api,) = (each for each in platform.workloads if each.path == "app/api")
    processes = worst_moment(platform, api) * int(told["WEB_CONCURRENCY"])
    threads = re.search(r"--threads=(\d+)", told["GUNICORN_CMD_ARGS"])
    assert threads
    share = PRODUCTION.api_connections // processes
    assert int(told["DATABASE_POOL_SIZE"]) == min(int(threads[1]), share)


@pytest.mark.mission("B37")
@pytest.mark.mission("B39")
def test_paths_lead_to_their_tiers(shop: Shop) -> None:
    assert {ingress["metadata"]["name"]: paths(ingress) for ingress in minions(shop)} == {
        "api": {"/api": "api", "/api/": "api"},
        "socket": {"/ws": "socket", "/ws/": "socket"},
        "web": {"/": "web"},
        "grafana": {"/": "grafana"},
    }
    assert {ingress["spec"]["ingressClassName"] for ingress in minions(shop)} == {"nginx"}


@pytest.mark.mission("B38")
def test_one_host_terminates_tls_for_all(shop: Shop) -> None:
    terminated = set()
    for master in find_all(shop.core, "Ingress"):
        if type_of(master) == "master":
            (tls,) = master["spec"]["tls"]
            assert tls["hosts"] == [rule["host"] for rule in master["spec"]["rules"]]
            assert master["metadata"]["annotations"]["nginx.org/ssl-redirect"] == "true"
            terminated.update(tls["hosts"])
    assert len(terminated) == 2
    for minion in minions(shop):
        assert {rule["host"] for rule in minion["spec"]["rules"]} < terminated
        assert "tls" not in minion["spec"]


@pytest.mark.mission("B40")
def test_websockets_stay_open_longer_than_their_pods_drain(shop: Shop) -> None:
    annotations = find(shop.core, "Ingress", "socket")["metadata"]["annotations"]
    assert annotations["nginx.org/websocket-services"] == "socket"
    pod = find(shop.core, "Deployment", "socket")["spec"]["template"]["spec"]
    open_seconds = int(annotations["nginx.org/proxy-read-timeout"].removesuffix("s"))
    assert open_seconds > pod["terminationGracePeriodSeconds"]


@pytest.mark.mission("B41")
def test_every_route_is_limited(shop: Shop) -> None:
    rates = {
        ingress["metadata"]["name"]: ingress["metadata"]["annotations"]["nginx.org/limit-req-rate"]
        for ingress in minions(shop)
    }
    assert rates.keys() == {*TIERS, "grafana"}
    assert all(re.fullmatch(r"[1-9]\d*r/s", rate) for rate in rates.values())


@pytest.mark.mission("B90")
@pytest.mark.parametrize(
    ("name", "variable", "pause", "drain"),
    [
        ("api", "GUNICORN_CMD_ARGS", r"sleep\((\d+)\)", r"--graceful-timeout=(\d+)"),
        ("socket", "DRAIN_SECONDS", r",(\d+)000\)", r"(\d+)"),
    ],
)
def test_pods_drain_before_they_are_killed(
    shop: Shop, name: str, variable: str, pause: str, drain: str
) -> None:
    """The pause for endpoints to go and the drain together end before the grace period does."""
    pod = find(shop.core, "Deployment", name)["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    command = container["lifecycle"]["preStop"]["exec"]["command"][-1]
    told = (re.search(pause, command), re.search(drain, variables(shop, name)[variable]))
    seconds = [int(found[1]) for found in told if found]
    assert len(seconds) == 2
    assert sum(seconds) < pod["terminationGracePeriodSeconds"]
