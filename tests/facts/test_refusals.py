"""Each fact refuses what cannot be true, and says what could."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from constructs_lib import (
    BrokerEndpoint,
    CacheEndpoint,
    ConfigurationError,
    DatabaseEndpoint,
    HttpEndpoint,
    Outside,
    Port,
    SecretRef,
    ServiceLevel,
)
from constructs_lib.facts import (
    AlertRule,
    Amounts,
    Call,
    Facts,
    Footprint,
    Indicator,
    KubernetesPermissions,
    MetricsEndpoint,
    Neighbour,
    Peer,
    PodMetric,
    PolicyRule,
    SecretUse,
    Severity,
    Verb,
    VolumeClaim,
)

HTTP = Port(name="http", number=8080)
PEER = Peer(name="api", namespace="app", selector={"app": "api"}, ports=(HTTP,))
SILENT = Peer(name="job", namespace="app", selector={"app": "job"})
OUTSIDE = Outside(name="store", cidrs=("10.20.0.0/16",), ports=(HTTP,))
SECRET = SecretRef(name="api-database", keys=("username", "password"))
DATABASE = {
    "host": "postgres.example.com",
    "database": "shop",
    "secret": SECRET,
    "connections": 100,
    "target": OUTSIDE,
    "target_port": "http",
}
SERVER = {"host": "redis.example.com", "port": 6379, "target": OUTSIDE, "target_port": "http"}
AMOUNTS = {
    "cpu": Decimal(1),
    "cpu_limit": None,
    "memory": Decimal(1),
    "ephemeral_storage": Decimal(1),
}
ALERT = {
    "name": "ReplicationLagHigh",
    "expression": "lag > 30",
    "for_seconds": 60,
    "severity": Severity.PAGE,
    "summary": "A standby is behind.",
    "runbook": "replication-lag",
}

REFUSED: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (Port, {"name": "a-port-of-16-let", "number": 80}, "Port.name: got 'a-port-of-16-let'; use at"),
    (Port, {"name": "http", "number": 0}, "Port.number: got 0; use a whole number from 1 to 65535"),
    (
        Peer,
        {"name": "a", "namespace": "app", "selector": {}},
        "Peer.selector: got {}; name at least one label",
    ),
    (Peer, {"name": "a", "namespace": "app", "selector": {"a b": "c"}}, "Peer.selector: got 'a b'"),
    (
        Peer,
        {"name": "a", "namespace": "app", "selector": {"a": "b"}, "ports": (HTTP, HTTP)},
        "Peer.ports: got 'http'; name each only once",
    ),
    (
        Neighbour,
        {"name": "a", "namespace": "App", "selector": {"a": "b"}},
        "Neighbour.namespace: got 'App'; use at most 63 of a-z",
    ),
    (Outside, {"name": "a", "cidrs": ()}, "Outside.cidrs: got (); name at least one range"),
    (Outside, {"name": "a", "cidrs": ("10.0.0.1/8",)}, "Outside.cidrs: got '10.0.0.1/8'; use a"),
    (Outside, {"name": "a", "cidrs": ("10.0.0.1",)}, "write it as '10.0.0.1/32'"),
    (
        Outside,
        {"name": "a", "cidrs": ("10.0.0.0/8",), "excluded": ("11.0.0.0/16",)},
        "Outside.excluded: got '11.0.0.0/16'; name a range inside of 10.0.0.0/8",
    ),
    (
        Outside,
        {"name": "a", "cidrs": ("0.0.0.0/0",), "excluded": ("fd00::/8",)},
        "Outside.excluded: got 'fd00::/8'; name a range inside of 0.0.0.0/0",
    ),
    (
        Outside,
        {"name": "a", "cidrs": ("10.0.0.0/8", "10.1.0.0/16"), "excluded": ("10.1.0.0/16",)},
        "Outside.excluded: got '10.1.0.0/16'; leave 10.1.0.0/16 out of cidrs",
    ),
    (
        Call,
        {"source": OUTSIDE, "target": OUTSIDE, "port": "http"},
        "Call.source: got 'store'; one end of a call must be a Peer of the app",
    ),
    (Call, {"source": SILENT, "target": PEER, "port": "grpc"}, "Call.port: got 'grpc'; api has"),
    (Call, {"source": PEER, "target": SILENT, "port": "http"}, "job has none: give the target"),
    (Amounts, {**AMOUNTS, "cpu": Decimal(0)}, "Amounts.cpu: got Decimal('0'); use a number above"),
    (Amounts, {**AMOUNTS, "memory": Decimal("NaN")}, "Amounts.memory: got Decimal('NaN')"),
    (Amounts, {**AMOUNTS, "ephemeral_storage": Decimal("Inf")}, "Amounts.ephemeral_storage"),
    (
        VolumeClaim,
        {"storage_class": "Fast", "size": Decimal(1)},
        "VolumeClaim.storage_class: got 'Fast'",
    ),
    (
        VolumeClaim,
        {"storage_class": "fast", "size": Decimal(-1)},
        "VolumeClaim.size: got Decimal('-1')",
    ),
    (
        VolumeClaim,
        {"storage_class": "fast", "size": Decimal(1), "count": -1},
        "VolumeClaim.count: got -1",
    ),
    (
        Footprint,
        {"namespace": "app", "pods": -1},
        "Footprint.pods: got -1; use a whole number from 0",
    ),
    (
        Footprint,
        {"namespace": "app", "objects": {"Services": 1}},
        "Footprint.objects: got 'Services'; use a kind such as 'services'",
    ),
    (
        Footprint,
        {"namespace": "app", "objects": {"services": -1}},
        "Footprint.objects['services']: got -1",
    ),
    (
        PolicyRule,
        {"resources": ("*",), "verbs": (Verb.GET,)},
        "PolicyRule.resources: got '*'; use letters",
    ),
    (
        PolicyRule,
        {"resources": "pods", "verbs": (Verb.GET,)},
        "PolicyRule.resources: got 'pods'; give a tuple",
    ),
    (
        PolicyRule,
        {"resources": (), "verbs": (Verb.GET,)},
        "PolicyRule.resources: got (); name at least",
    ),
    (
        PolicyRule,
        {"resources": ("pods",), "verbs": ()},
        "PolicyRule.verbs: got (); name at least one",
    ),
    (
        PolicyRule,
        {"resources": ("pods",), "verbs": (Verb.GET,), "api_group": "*"},
        "PolicyRule.api_group: got '*'; use a lower-case DNS name",
    ),
    (
        PolicyRule,
        {"resources": ("pods",), "verbs": (Verb.LIST,), "names": ("web",)},
        "PolicyRule.names: got ('web',); leave out list, watch and create",
    ),
    (
        KubernetesPermissions,
        {"rules": (), "api_server": OUTSIDE},
        "KubernetesPermissions.rules: got (); give at least one rule",
    ),
    (
        KubernetesPermissions,
        {
            "rules": (PolicyRule(resources=("pods",), verbs=(Verb.GET,)),),
            "api_server": Outside(name="api-server", cidrs=("10.0.0.1/32",)),
        },
        "KubernetesPermissions.api_server: got 'api-server'; give it its port",
    ),
    (
        HttpEndpoint,
        {"host": "a b", "port": 80, "target": PEER, "target_port": "http"},
        "HttpEndpoint.host: got 'a b'; use a lower-case DNS name",
    ),
    (
        HttpEndpoint,
        {"host": "2001:db8::1", "port": 80, "target": PEER, "target_port": "http"},
        "HttpEndpoint.host: got '2001:db8::1'; use a name: Workload(host_aliases=",
    ),
    (
        HttpEndpoint,
        {"host": "api", "port": 0, "target": PEER, "target_port": "http"},
        "HttpEndpoint.port: got 0; use a whole number from 1 to 65535",
    ),
    (
        HttpEndpoint,
        {"host": "api", "port": 80, "target": PEER, "target_port": "grpc"},
        "HttpEndpoint.target_port: got 'grpc'; api has one of http",
    ),
    (DatabaseEndpoint, {**DATABASE, "database": ""}, "DatabaseEndpoint.database: got ''; name the"),
    (DatabaseEndpoint, {**DATABASE, "connections": 0}, "DatabaseEndpoint.connections: got 0"),
    (DatabaseEndpoint, {**DATABASE, "capacity": 99}, "DatabaseEndpoint.connections: got 100; use"),
    (DatabaseEndpoint, {**DATABASE, "capacity": 0}, "DatabaseEndpoint.capacity: got 0"),
    (DatabaseEndpoint, {**DATABASE, "statement_seconds": 0}, "DatabaseEndpoint.statement_seconds"),
    (DatabaseEndpoint, {**DATABASE, "wait_seconds": -1}, "DatabaseEndpoint.wait_seconds"),
    (
        DatabaseEndpoint,
        {**DATABASE, "secret": SecretRef(name="a", keys=("password",))},
        "DatabaseEndpoint.secret: got ('password',); include 'username'",
    ),
    *(
        (kind, {**SERVER, "secret": SecretRef(name="a", keys=("token",))}, "include 'password'")
        for kind in (BrokerEndpoint, CacheEndpoint)
    ),
    (SecretUse, {"namespace": "App", "secret": SECRET, "reader": "a"}, "SecretUse.namespace: got"),
    (SecretUse, {"namespace": "app", "secret": SECRET, "reader": "A"}, "SecretUse.reader: got 'A'"),
    (
        MetricsEndpoint,
        {"peer": PEER, "port": "metrics", "path": "/metrics", "names": ()},
        "MetricsEndpoint.port: got 'metrics'; api has one of http",
    ),
    (
        MetricsEndpoint,
        {"peer": PEER, "port": "http", "path": "/metrics", "names": ("open connections",)},
        "MetricsEndpoint.names: got 'open connections'; use letters, digits",
    ),
    (
        PodMetric,
        {"name": "open", "average": 0},
        "PodMetric.average: got 0; use a whole number from 1",
    ),
    (PodMetric, {"name": "open", "average": 1, "series": "a-b"}, "PodMetric.series: got 'a-b'"),
    *(
        (ServiceLevel, {name: share}, f"ServiceLevel.{name}: got {share}; use a percentage from 50")
        for name in ("availability_percent", "latency_percent")
        for share in (0.999, 100, float("nan"))
    ),
    (ServiceLevel, {"latency_seconds": 0}, "ServiceLevel.latency_seconds: got 0; use more than 0"),
    (Indicator, {"total": "a b", "failed": 'code="5"'}, "Indicator.total: got 'a b'"),
    (
        Indicator,
        {"total": "a", "failed": 'code="5"', "histogram": "a b"},
        "Indicator.histogram: got 'a b'",
    ),
    (Indicator, {"total": "a", "failed": "\0"}, "Indicator.failed: got '\\x00'; use text without"),
    (Indicator, {"total": "a", "failed": "code=5"}, "Indicator.failed: got 'a{code=5}'; write"),
    (AlertRule, {**ALERT, "name": "Lag high"}, "AlertRule.name: got 'Lag high'"),
    (AlertRule, {**ALERT, "for_seconds": -1}, "AlertRule.for_seconds: got -1"),
    (AlertRule, {**ALERT, "runbook": "no page"}, "AlertRule.runbook: got 'no page'"),
    (AlertRule, {**ALERT, "expression": ""}, "AlertRule.expression: got ''; write PromQL"),
    (
        AlertRule,
        {**ALERT, "expression": "rate(a[$__rate_interval]) > 0"},
        "say how far it looks back in place of $__rate_interval",
    ),
    (AlertRule, {**ALERT, "expression": "lag >"}, "AlertRule.expression: got 'lag >'; write"),
    (AlertRule, {**ALERT, "summary": ""}, "AlertRule.summary: got ''; write one"),
    (Facts, {"images": ("shop/web\x85",)}, "Facts.images: got 'shop/web\\x85'"),
]


@pytest.mark.mission("B136")
@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    REFUSED,
    ids=[f"{kind.__name__}-{number}" for number, (kind, _, _) in enumerate(REFUSED)],
)
def test_fails(kind: Callable[..., Any], arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        kind(**arguments)
    assert says in str(refused.value)


@pytest.mark.mission("B62")
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [(DatabaseEndpoint, DATABASE), (BrokerEndpoint, SERVER), (CacheEndpoint, SERVER)],
)
def test_fails_on_a_password_without_repeating_it(
    kind: Callable[..., Any], arguments: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match=r"secret: got '\(hidden\)'; give SecretRef") as it:
        kind(**{**arguments, "secret": "hunter2"})
    assert "hunter2" not in str(it.value)


@pytest.mark.parametrize(
    "kind",
    [
        "services",
        "services.loadbalancers",
        "services.nodeports",
        "configmaps",
        "secrets",
        "count/pods",
        "count/jobs.batch",
        "count/certificates.cert-manager.io",
    ],
)
def test_kinds_that_a_quota_counts(kind: str) -> None:
    assert Footprint(namespace="app", objects={kind: 1}).objects == {kind: 1}
