"""What people write into the fields of an observability stack, by class and field."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from constructs_lib import Namespace, Placement, PodSecurity, Resources, SecretRef
from constructs_lib.facts import Facts, TargetPort
from constructs_lib.facts.certificates import TLS_KEYS
from constructs_lib.observability import (
    CertManager,
    CoreDns,
    NginxController,
    ObservabilityImages,
)
from constructs_lib.observability.prometheus.alert_changes import Unchanged
from constructs_lib.pods import Spread
from tests.properties.strategies_database import API_SERVER, CLASSES, OBJECT_STORE
from tests.properties.strategies_types import Strategy

_KEYS = st.just(
    SecretRef(name="receiver", keys=("url", "routing-key", "api-key", "password"), revision="3")
)
_WORDS = st.from_regex(r"[a-z]{3,6}", fullmatch=True)
_ADDRESSES = st.just("alerts@example.com")

_RESOURCES = st.builds(
    Resources, cpu=st.sampled_from(("1", "8")), memory=st.sampled_from(("2Gi", "16Gi"))
)
_INTERNET = st.just(replace(OBJECT_STORE, name="internet"))


def _secret(name: str, *keys: str) -> Strategy:
    return st.just(SecretRef(name=name, keys=keys, revision="3"))


OBSERVABILITY: dict[str, Strategy] = {
    "AlertChange.expression": st.just("up == 0") | st.just(Unchanged()),
    "AlertChange.for_seconds": st.integers(0, 3600) | st.just(Unchanged()),
    "AlertChange.labels": st.dictionaries(_WORDS, _WORDS, min_size=1, max_size=1),
    "AlertChange.runbook": _WORDS | st.just(Unchanged()),
    "AlertChange.summary": _WORDS | st.just(Unchanged()),
    "AlertChange.threshold": st.just(Unchanged()),
    "AlertTeam.alerts": st.lists(st.just("TargetDown"), max_size=1),
    "AlertTeam.apps": st.lists(_WORDS, max_size=2),
    "AlertTeam.labels": st.dictionaries(_WORDS, _WORDS, max_size=1),
    "AlertTeam.name": _WORDS,
    "AlertTeam.namespaces": st.lists(_WORDS, min_size=1, max_size=2),
    "Alerting.alertmanager_url": st.just("https://alerts.example.com"),
    "Alerting.alerts": st.just(()),
    "Alerting.changes": st.just({}),
    "Alerting.off": st.lists(st.just("TargetDown"), max_size=1),
    "AlertSettings.alerts": st.just(()),
    "AlertSettings.changes": st.just({}),
    "AlertSettings.off": st.lists(st.just("TargetDown"), max_size=1),
    "AlertSettings.runbooks": st.just("https://git.example.com/runbooks"),
    "Alerting.prometheus_url": st.just("https://ops.example.com/prometheus"),
    "Alerting.runbooks": st.just("https://git.example.com/runbooks"),
    "Alerting.teams": st.just(()),
    "Email.host": st.just("mail.example.com"),
    "Email.port": st.integers(1, 65_535),
    "Email.target": _INTERNET,
    "Email.secret": _KEYS,
    "Email.sender": _ADDRESSES,
    "Email.to": st.lists(_ADDRESSES, min_size=1, max_size=2),
    "Email.username": _WORDS,
    "LogFormat.continues": st.lists(st.just(r"^\s"), max_size=1),
    "LogFormat.name": _WORDS,
    "LogFormat.patterns": st.lists(st.just("%{GREEDYDATA:[text]}"), max_size=1),
    "LogFormat.refusals": st.lists(st.sampled_from(["refused", "a/b"]), max_size=2),
    "LogFormat.times": st.lists(st.just("UNIX"), max_size=1),
    "LogSecrets.elasticsearch": _secret("elasticsearch", *TLS_KEYS),
    "LogSecrets.filebeat": _secret("filebeat", *TLS_KEYS),
    "LogSecrets.kibana": _secret("kibana", *TLS_KEYS),
    "LogSecrets.kibana_keys": _secret(
        "kibana-keys", "encryption-key", "reporting-key", "security-key"
    ),
    "LogSecrets.logstash": _secret("logstash", *TLS_KEYS),
    "LogSecrets.members": _secret("elasticsearch-members", *TLS_KEYS),
    "LogSecrets.reader": _secret("reader", "username", "password", "ca.crt"),
    "LogSecrets.users": _secret(
        "users", "administrator", "exporter", "kibana", "logstash", "set-up", "views"
    ),
    "GrafanaVolume.storage_class": CLASSES,
    "LogSnapshots.bucket": _WORDS,
    "LogSnapshots.endpoint": st.just("s3.example.com"),
    "LogSnapshots.port": st.just(TargetPort()) | st.just(9000),
    "LogSnapshots.retention_days": st.integers(1, 365),
    "LogSnapshots.target": _INTERNET,
    "LogSnapshots.secret": _secret("copies", "access-key", "secret-key")
    | _secret("copies", "access-key", "ca.crt", "secret-key"),
    **{
        f"{type(each).__name__}.peer": st.just(each.peer)
        for each in (CertManager(), CoreDns(), NginxController())
    },
    "AuditLog.directory": st.just("/var/log/kubernetes/audit"),
    "Logs.daily_bytes": st.sampled_from(("1Gi", "5Gi")),
    "Logs.retention_days": st.integers(1, 20),
    "Logs.resources": _RESOURCES.map(lambda given: replace(given, ephemeral_storage="2Gi")),
    "Logs.storage": CLASSES,
    "Logs.placement": st.builds(Placement, nodes=st.sampled_from(Spread)),
    "Logs.servers": st.sampled_from((1, 3, 5)),
    "Logs.size": st.sampled_from(("100Gi", "1Ti")),
    "MicrosoftTeams.target": _INTERNET,
    "MicrosoftTeams.secret": _KEYS,
    "MetricsStore.retention_days": st.integers(3, 30),
    "MetricsStore.scrape_seconds": st.integers(5, 60),
    "MetricsStore.series": st.integers(1000, 100_000),
    "MetricsStore.resources": _RESOURCES,
    "MetricsStore.servers": st.integers(1, 3),
    "MetricsStore.storage": CLASSES,
    "MetricsStore.size": st.sampled_from(("50Gi", "1Ti")),
    "ObservabilityStack.agents": st.just(
        Namespace(name="agents", pod_security=PodSecurity.PRIVILEGED)
    ),
    "ObservabilityStack.api_server": st.just(API_SERVER),
    "ObservabilityStack.host_authority": st.none() | _secret("authority", "ca.crt"),
    "ObservabilityStack.internet": st.none() | _INTERNET,
    "ObservabilityStack.logging": st.just(Namespace(name="logging")),
    "ObservabilityStack.monitoring": st.just(Namespace(name="monitoring")),
    "ObservabilityStack.most_nodes": st.integers(1, 100),
    "ObservabilityStack.nodes": st.just(("10.0.0.0/16",)),
    "ObservabilityStack.watches": st.just((Facts(),)),
    "Opsgenie.target": _INTERNET,
    "Opsgenie.secret": _KEYS,
    "PagerDuty.target": _INTERNET,
    "PagerDuty.secret": _KEYS,
    "PagerDuty.url": st.just("https://events.eu.pagerduty.com/v2/enqueue"),
    "RemoteWrite.headers": st.just({"X-Scope-OrgID": "shop"}),
    "RemoteWrite.metrics": st.just(("http_.*",)),
    "RemoteWrite.target": _INTERNET,
    "RemoteWrite.url": st.just("https://mimir.example.com/api/v1/push"),
    "ReloadedFiles.executable": st.booleans(),
    "ReloadedFiles.files": st.dictionaries(_WORDS, st.text(max_size=5), min_size=1, max_size=2),
    "ReloadedFiles.mount_path": st.just("/etc/server"),
    "ReloadedFiles.name": _WORDS,
    "Servers.count": st.integers(1, 3),
    "Servers.resources": st.builds(
        Resources, cpu=st.just("1"), memory=st.sampled_from(("128Mi", "1G", "16Gi"))
    ),
    "Slack.channel": st.just("#alerts"),
    "Slack.target": _INTERNET,
    "Slack.secret": _KEYS,
    "Webhook.target": _INTERNET,
    "Webhook.secret": _KEYS,
    "WorkingHours.days": st.just(("monday",)),
    "WorkingHours.end": st.just("24:00"),
    "WorkingHours.start": st.just("09:00"),
    "WorkingHours.time_zone": st.sampled_from(("UTC", "Europe/Berlin")),
    **{
        f"ObservabilityImages.{name}": st.just("example.com/image:1.4.2")
        for name in ObservabilityImages.__dataclass_fields__
    },
}
