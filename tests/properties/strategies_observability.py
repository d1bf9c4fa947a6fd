"""What people write into the fields of an observability stack, by class and field."""

from __future__ import annotations

from hypothesis import strategies as st

from constructs_lib import ObservabilityImages, SecretRef
from tests.properties.strategies_types import Strategy

_KEYS = st.just(
    SecretRef(name="receiver", keys=("url", "routing-key", "api-key", "password"), revision="3")
)
_SECRET = st.just(
    SecretRef(
        name="logging",
        keys=(
            *("access-key", "secret-key", "elastic", "exporter", "kibana", "logstash"),
            *("username", "password", "ca.crt", "tls.crt", "tls.key"),
            *("encryption-key", "reporting-key", "security-key"),
        ),
        revision="3",
    )
)
_WORDS = st.from_regex(r"[a-z]{3,6}", fullmatch=True)
_ADDRESSES = st.just("alerts@example.com")

OBSERVABILITY: dict[str, Strategy] = {
    "Alerting.runbooks": st.just("https://git.example.com/runbooks"),
    "Email.host": st.just("mail.example.com"),
    "Email.port": st.integers(1, 65_535),
    "Email.secret": _KEYS,
    "Email.to": _ADDRESSES,
    "Email.username": _ADDRESSES,
    "LogSecrets.certificate": _SECRET,
    "LogSecrets.kibana": _SECRET,
    "LogSecrets.reader": _SECRET,
    "LogSecrets.users": _SECRET,
    "LogSnapshots.bucket": _WORDS,
    "LogSnapshots.endpoint": st.just("s3.example.com"),
    "LogSnapshots.retention_days": st.integers(1, 365),
    "LogSnapshots.secret": _SECRET,
    "Logs.daily_bytes": st.sampled_from(("1Gi", "5Gi")),
    "Logs.retention_days": st.integers(1, 20),
    "Logs.size": st.sampled_from(("100Gi", "1Ti")),
    "MetricsStore.retention_days": st.integers(3, 30),
    "MetricsStore.scrape_seconds": st.integers(5, 60),
    "MetricsStore.series": st.integers(1000, 100_000),
    "MetricsStore.size": st.sampled_from(("50Gi", "1Ti")),
    "Opsgenie.secret": _KEYS,
    "PagerDuty.secret": _KEYS,
    "ReloadedFiles.executable": st.booleans(),
    "ReloadedFiles.files": st.dictionaries(_WORDS, st.text(max_size=5), min_size=1, max_size=2),
    "ReloadedFiles.mount_path": st.just("/etc/server"),
    "ReloadedFiles.name": _WORDS,
    "Slack.channel": st.just("#alerts"),
    "Slack.secret": _KEYS,
    "Webhook.secret": _KEYS,
    **{
        f"ObservabilityImages.{name}": st.just("example.com/image:1.4.2")
        for name in ObservabilityImages.__dataclass_fields__
    },
}
