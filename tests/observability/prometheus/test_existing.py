"""A Prometheus that the operator of the cluster keeps, and stores that samples are sent to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Http,
    Metrics,
    MetricsStore,
    SecretRef,
)
from constructs_lib.facts import Neighbour, ScrapeAuthorization
from constructs_lib.observability import (
    AlertChange,
    AlertSettings,
    ExistingPrometheus,
    RemoteWrite,
)
from constructs_lib.testing import find, find_all
from tests.observability.prometheus.ends import FAST, INTERNET, stack
from tests.postgres.ends import cluster

THEIRS = Neighbour(
    name="prometheus",
    namespace="monitoring",
    selector={"app.kubernetes.io/name": "prometheus"},
)
ALERTS = AlertSettings(runbooks="https://git.example.com/runbooks")
RELEASE = {"release": "kube-prometheus-stack"}
TOKEN = ScrapeAuthorization(secret=SecretRef(name="mimir", keys=("token",)))
STORE = RemoteWrite(
    url="https://mimir.example.com/api/v1/push",
    target=INTERNET,
    authorization=TOKEN,
    headers={"X-Scope-OrgID": "shop"},
    metrics=("http_.*", "up"),
)


def existing(app: App, *watches: Any, **arguments: Any) -> tuple[Chart, ExistingPrometheus]:  # noqa: ANN401
    chart = Chart(app, "monitors", namespace="shop")
    usual = {"prometheus": THEIRS, "alerts": ALERTS, "labels": RELEASE}
    return chart, ExistingPrometheus(chart, "existing", watches=watches, **{**usual, **arguments})


@pytest.mark.mission("B66")
def test_what_is_watched_is_scraped(app: App, chart: Chart) -> None:
    secret = SecretRef(name="scrape", keys=("token",))
    http = Http(metrics=Metrics(authorization=ScrapeAuthorization(secret=secret)))
    api = ApiTier(chart, "api", container=Container(image="api:1.4.2"), http=http)
    monitors, made = existing(app, api, cluster(chart))
    monitor = find(monitors, "PodMonitor", "app-api-metrics")
    assert monitor["metadata"]["labels"] == RELEASE
    assert monitor["spec"]["selector"]["matchLabels"] == dict(api.peer.selector)
    assert monitor["spec"]["namespaceSelector"] == {"matchNames": ["app"]}
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert (endpoint["port"], endpoint["path"], endpoint["interval"]) == (
        "metrics",
        "/metrics",
        "30s",
    )
    assert endpoint["authorization"]["credentials"] == {"name": "scrape", "key": "token"}
    labels = {each["targetLabel"] for each in endpoint["relabelings"]}
    assert labels == {"namespace", "app", "component", "track", "pod", "node"}
    (kept,) = endpoint["metricRelabelings"]
    assert "http_requests_total" in kept["regex"].split("|")
    patroni = find(monitors, "PodMonitor", "app-postgres-patroni")
    (secure,) = patroni["spec"]["podMetricsEndpoints"]
    assert (secure["scheme"], secure["tlsConfig"]) == ("https", {"insecureSkipVerify": True})
    assert ("prometheus", "api", 9090) in {
        (call.source.name, call.target.name, call.target_port.number) for call in made.facts.calls
    }


@pytest.mark.mission("B68")
def test_rules_are_those_of_a_stack(app: App, api: ApiTier, chart: Chart) -> None:
    postgres = cluster(chart)
    changes = {"PatroniHasNoLeader": AlertChange(for_seconds=90)}
    alerts = replace(ALERTS, changes=changes, off=("SLOMetricAbsent",))
    monitors, _ = existing(app, api, postgres, alerts=alerts)
    rules = {
        rule.get("alert", rule.get("record")): rule
        for each in find_all(monitors, "PrometheusRule")
        for group in each["spec"]["groups"]
        for rule in group["rules"]
    }
    assert rules["PatroniHasNoLeader"]["for"] == "90s"
    assert "ErrorBudgetBurn" in rules
    assert not {"SLOMetricAbsent", "Watchdog"} & rules.keys()
    assert {alert.name for alert in postgres.facts.alerts} <= rules.keys()
    assert rules["ErrorBudgetBurn"]["annotations"]["runbook_url"].startswith(ALERTS.runbooks)


@pytest.mark.mission("B69")
def test_samples_are_sent_to_a_store(app: App) -> None:
    metrics = MetricsStore(storage=FAST, remote_write=[STORE])
    chart, observability = stack(app, metrics=metrics)
    config = find(chart, "ConfigMap", "prometheus-configuration")["data"]["prometheus.yml"]
    assert yaml.safe_load(config)["remote_write"] == [
        {
            "url": "https://mimir.example.com/api/v1/push",
            "headers": {"X-Scope-OrgID": "shop"},
            "authorization": {
                "type": "Bearer",
                "credentials_file": "/etc/prometheus/credentials/mimir/token",
            },
            "write_relabel_configs": [
                {"source_labels": ["__name__"], "regex": "http_.*|up", "action": "keep"}
            ],
        }
    ]
    assert "mimir" in {use.secret.name for use in observability.facts.secrets}
    assert ("prometheus", "internet") in {
        (call.source.name, call.target.name) for call in observability.facts.calls
    }


def test_no_store(app: App) -> None:
    chart, _ = stack(app)
    config = find(chart, "ConfigMap", "prometheus-configuration")["data"]["prometheus.yml"]
    assert "remote_write" not in yaml.safe_load(config)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: replace(STORE, url="mimir"), "RemoteWrite.url: got 'mimir'"),
        (lambda: replace(STORE, target=replace(INTERNET, ports=())), "give it the port"),
        (lambda: replace(STORE, headers={"A B": "c"}), "RemoteWrite.headers: got 'A B'"),
        (lambda: replace(STORE, headers={"Authorization": "c"}), "say it in `authorization`"),
        (lambda: replace(STORE, metrics=("(",)), "RemoteWrite.metrics: got '('"),
        (lambda: AlertSettings(runbooks="docs"), "AlertSettings.runbooks: got 'docs'"),
    ],
)
def test_fails_value(make: Any, says: str) -> None:  # noqa: ANN401
    with pytest.raises(ConfigurationError) as refused:
        make()
    assert says in str(refused.value)


def test_fails_with_too_long_an_interval(app: App, api: ApiTier) -> None:
    with pytest.raises(ConfigurationError, match=r"scrape_seconds: got 90"):
        existing(app, api, scrape_seconds=90)
