"""Pods of a tier that form a cluster find each other, and nobody else is let in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Namespace,
    Port,
    SecurityBaseline,
    WorkerTier,
    Workload,
)
from constructs_lib.facts import Call
from constructs_lib.testing import find, find_all, problems
from tests.tiers.ends import CONTAINER

CLUSTERED = replace(
    CONTAINER, ports=[Port(name="epmd", number=4369), Port(name="dist", number=9100)]
)
AMONG = Workload(mutual_ports=["dist", "epmd"])


def test_they_call_each_other_by_name(app: App) -> None:
    chart = Chart(app, "chat", namespace="app")
    chat = ApiTier(chart, "chat", container=CLUSTERED, workload=AMONG)
    SecurityBaseline(
        Chart(app, "cluster"), "baseline", namespaces=[Namespace(name="app")], constructs=[chat]
    )
    members = find(chart, "Service", "chat-members")["spec"]
    assert members["clusterIP"] == "None"
    assert members["publishNotReadyAddresses"]
    assert [port["name"] for port in members["ports"]] == ["epmd", "dist"]
    calls = [Call(source=chat.peer, target=chat.peer, port=name) for name in ("epmd", "dist")]
    assert [call for call in chat.facts.calls if call.source == chat.peer] == calls
    assert find(app, "NetworkPolicy", "chat-from-chat")
    assert chat.services[-1].name == "chat-members"
    assert problems(app) == []


def test_workers_may_too(chart: Chart) -> None:
    worker = WorkerTier(chart, "worker", container=CLUSTERED, workload=AMONG)
    assert [service["metadata"]["name"] for service in find_all(chart, "Service")] == [
        "worker-members"
    ]
    services = sum(each.objects.get("services", 0) for each in worker.facts.footprints)
    assert services == 1


def test_fails_for_a_port_that_there_is_not(chart: Chart) -> None:
    said = r"Workload\.mutual_ports: got 'gossip'; api has one of http, metrics, epmd, dist"
    with pytest.raises(ConfigurationError, match=said):
        ApiTier(chart, "api", container=CLUSTERED, workload=Workload(mutual_ports=["gossip"]))
