"""The pod that tells events: what it may, and what the others are told of it."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ConfigurationError, Namespace, SecurityBaseline
from constructs_lib.facts import Call, LogFormat, Outside, Port
from constructs_lib.operations import ClusterEvents
from constructs_lib.testing import check, find_all

API_SERVER = Outside(
    name="api-server", cidrs=("10.0.0.0/28",), ports=(Port(name="https", number=443),)
)


APP = Namespace(name="app")


@pytest.fixture
def everywhere(app: App) -> Chart:
    """Return a chart without a namespace."""
    return Chart(app, "events")


def test_defaults(everywhere: Chart, manifest: SnapshotAssertion) -> None:
    events = ClusterEvents(everywhere, "cluster-events", namespace=APP, api_server=API_SERVER)
    assert everywhere == manifest
    assert events.deployment.name == "cluster-events"


def test_it_may_follow_events_and_nothing_else(everywhere: Chart, app: App) -> None:
    events = ClusterEvents(everywhere, "cluster-events", namespace=APP, api_server=API_SERVER)
    for role in (*find_all(everywhere, "ClusterRole"), *find_all(everywhere, "Role")):
        assert role["rules"] == [
            {"apiGroups": [""], "resources": ["events"], "verbs": ["list", "watch"]}
        ]
    (peer,) = events.facts.peers
    assert events.facts.calls == (Call(source=peer, target=API_SERVER, port="https"),)
    (logs,) = events.facts.logs
    assert logs.format == LogFormat.JSON
    SecurityBaseline(Chart(app, "cluster"), "baseline", namespaces=[APP], constructs=[events])
    check(app)


def test_fails_without_a_port(everywhere: Chart) -> None:
    closed = Outside(name="api-server", cidrs=("10.0.0.0/28",))
    with pytest.raises(ConfigurationError, match="give it its port"):
        ClusterEvents(everywhere, "cluster-events", namespace=APP, api_server=closed)
