"""Requests are spread over pods, tried again, and given up in the right order."""

from __future__ import annotations

import re

import pytest

from constructs_lib.manifests.backend_refs import backends_of
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.pod_counts import fewest
from constructs_lib.testing import find, find_all
from tests.platform.reading import minions, paths, variables
from tests.platform.shop import Shop

WEBSOCKETS = "nginx.org/websocket-services"
# Grafana on a volume of its own, which one pod holds.
SINGLE = {"grafana"}


@pytest.mark.mission("B80")
def test_every_door_leads_to_replicas_on_different_nodes(shop: Shop) -> None:
    """One is left when another goes, and a load balancer finds one on more than one node."""
    platform = Platform(shop.core)
    doors = {
        (backend.namespace, backend.service)
        for backend in backends_of(platform)
        if backend.service not in SINGLE
    } | {
        (door["metadata"]["namespace"], door["metadata"]["name"])
        for door in find_all(shop.core, "Service")
        if door["spec"].get("type") == "LoadBalancer"
    }
    assert len(doors) > 3
    for namespace, name in doors:
        selector = find(shop.core, "Service", name, namespace)["spec"]["selector"]
        (workload,) = platform.pods(namespace, {"matchLabels": selector})
        assert fewest(platform, workload) > 1, workload.path
        spread = [each["topologyKey"] for each in workload.pod["topologySpreadConstraints"]]
        assert "kubernetes.io/hostname" in spread, workload.path


@pytest.mark.mission("B80")
def test_connections_that_stay_go_where_the_fewest_are(shop: Shop) -> None:
    methods = [each.get("nginx.org/lb-method") for each in _upgraded(shop)]
    assert set(methods) == {"least_conn"}


@pytest.mark.mission("B87")
def test_a_request_is_tried_again_before_its_client_gives_up(shop: Shop) -> None:
    """On as many pods as there are at least, and never when it may have been taken."""
    for minion in minions(shop):
        said = minion["metadata"]["annotations"]
        assert int(said["nginx.org/proxy-next-upstream-tries"]) == 2
        assert "non_idempotent" not in said["nginx.org/proxy-next-upstream"]
        spent = int(said["nginx.org/proxy-next-upstream-timeout"].removesuffix("s"))
        assert spent < int(said["nginx.org/proxy-read-timeout"].removesuffix("s"))


@pytest.mark.mission("B107")
def test_whoever_is_further_inside_gives_up_first(shop: Shop) -> None:
    """A client hears from the edge, the edge from the workers, these from the database."""
    edge = find(shop.core, "Ingress", "api")["metadata"]["annotations"]
    told = variables(shop, "api")
    workers = re.search(r"--timeout=(\d+)", told["GUNICORN_CMD_ARGS"])
    assert workers
    waits = [
        int(told["DATABASE_STATEMENT_SECONDS"]),
        int(workers[1]),
        int(edge["nginx.org/proxy-read-timeout"].removesuffix("s")),
    ]
    assert waits == sorted(set(waits))


@pytest.mark.mission("B108")
def test_services_say_what_they_speak(shop: Shop) -> None:
    """A route for websockets leads to a Service that says so, and any other to plain HTTP."""
    upgraded = {each[WEBSOCKETS] for each in _upgraded(shop)}
    services = {
        service
        for minion in minions(shop)
        for service in paths(minion).values()
        if service not in SINGLE
    }
    assert upgraded < services
    for name in services:
        (port,) = find(shop.core, "Service", name, "app")["spec"]["ports"]
        assert port["appProtocol"] == ("kubernetes.io/ws" if name in upgraded else "http")


def _upgraded(shop: Shop) -> list[dict[str, str]]:
    """Return the annotations of routes whose connections stay, and that have more than one pod."""
    said = [minion["metadata"]["annotations"] for minion in minions(shop)]
    return [each for each in said if each.get(WEBSOCKETS, "grafana") not in SINGLE]
