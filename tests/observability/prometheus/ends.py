"""What an observability stack stands on in these tests."""

from __future__ import annotations

from typing import Any

from cdk8s import App, Chart

from constructs_lib import (
    Alerting,
    Dashboards,
    GrafanaVolume,
    Logs,
    MetricsStore,
    Namespace,
    ObservabilityStack,
    Outside,
    PagerDuty,
    PodSecurity,
    Port,
    SecretRef,
    StorageClass,
)
from constructs_lib.cluster import Cluster
from constructs_lib.facts import AlertRule, Severity
from constructs_lib.observability import ObservabilityImages, ObservabilitySizes, Webhook
from constructs_lib.observability.context import StackContext

HTTPS = Port(name="https", number=443)
FAST = StorageClass(name="fast", provisioner="csi.example.com")
API_SERVER = Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=(HTTPS,))
INTERNET = Outside(name="internet", cidrs=("0.0.0.0/0",), ports=(HTTPS,))
PAGER = PagerDuty(secret=SecretRef(name="pager", keys=("routing-key",)), target=INTERNET)
HOOK = Webhook(secret=SecretRef(name="hook", keys=("url",)), target=INTERNET)
ALERTING = Alerting(page=PAGER, ticket=HOOK, runbooks="https://git.example.com/runbooks/")
DASHBOARDS = Dashboards(
    admin=SecretRef(name="grafana", keys=("password", "secret-key")),
    storage=GrafanaVolume(storage_class=FAST),
)
MONITORING, LOGGING = Namespace(name="monitoring"), Namespace(name="logging")
AGENTS = Namespace(name="agents", pod_security=PodSecurity.PRIVILEGED)
CONTEXT = StackContext(
    monitoring=MONITORING,
    logging=LOGGING,
    agents=AGENTS,
    watched=(),
    metrics=MetricsStore(storage=FAST),
    images=ObservabilityImages(),
    sizes=ObservabilitySizes(),
    api_server=API_SERVER,
    nodes=("10.0.0.0/16",),
    most_nodes=50,
    extra_containers={},
    cluster=Cluster(),
)
STUCK = AlertRule(
    name="MailIsStuck",
    expression="mail_queue > 100",
    for_seconds=60,
    severity=Severity.TICKET,
    summary="Mail waits.",
    runbook="mail",
)


def stack(app: App, **arguments: Any) -> tuple[Chart, ObservabilityStack]:  # noqa: ANN401
    """Make a stack in which only these arguments are not the usual."""
    chart = Chart(app, "observability")
    usual = {
        "watches": [],
        "monitoring": MONITORING,
        "logging": LOGGING,
        "agents": AGENTS,
        "metrics": MetricsStore(storage=FAST),
        "alerting": ALERTING,
        "dashboards": DASHBOARDS,
        "logs": Logs(storage=FAST),
        "api_server": API_SERVER,
        "nodes": ("10.0.0.0/16",),
    }
    return chart, ObservabilityStack(chart, "observability", **{**usual, **arguments})
