"""What rules are made of: promises, the alerts that constructs bring along, and the platform's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
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
    Port,
    Replicas,
    ServiceLevel,
    SocketTier,
    WorkerTier,
)
from constructs_lib.facts import DurationUnit, Facts, Indicator, MetricsEndpoint, Peer
from constructs_lib.facts.dashboards import TimeSeries
from constructs_lib.facts.promql import metrics_asked
from constructs_lib.observability.grafana.tier_dashboard import tier_dashboard
from constructs_lib.runtimes import NodeServer, Signals
from constructs_lib.testing import find_all
from constructs_lib.tiers import WEBSOCKET_SIGNALS
from tests.observability.prometheus.ends import STUCK, stack
from tests.postgres.ends import cluster

RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks"


def rules(chart: Chart) -> Iterator[dict[str, Any]]:
    for config in find_all(chart, "ConfigMap"):
        if config["metadata"]["name"].startswith("prometheus-rules-"):
            (text,) = config["data"].values()
            for group in yaml.safe_load(text)["groups"]:
                yield from group["rules"]


@pytest.mark.mission("B129")
def test_a_promise_becomes_rules(app: App, api: ApiTier) -> None:
    chart, _ = stack(app, watches=[api])
    alerts = [rule for rule in rules(chart) if rule.get("alert") == "ErrorBudgetBurn"]
    assert {(rule["labels"]["objective"], rule["labels"]["window"]) for rule in alerts} == {
        (objective, window)
        for objective in ("availability", "latency")
        for window in ("1h", "6h", "1d", "3d")
    }
    fast = next(rule for rule in alerts if rule["labels"]["window"] == "1h")
    assert "> 14.4 * 0.001 and" in fast["expr"]
    assert fast["labels"]["severity"] == "page"
    assert fast["annotations"]["runbook_url"] == (
        "https://git.example.com/runbooks/service-level.md"
    )


def test_no_bucket_is_no_promise_kept(app: App, api: ApiTier) -> None:
    """Without the bucket there is no ratio, rather than one of nought."""
    chart, _ = stack(app, watches=[api])
    (ratio,) = (
        rule["expr"]
        for rule in rules(chart)
        if rule.get("record") == "objective:broken:ratio_rate1h"
        and rule["labels"]["objective"] == "latency"
    )
    every = (
        'sum(rate(http_request_duration_seconds_bucket{namespace="app",app="api",le="+Inf"}[1h]))'
    )
    assert ratio == f"({every} - {every.replace('+Inf', '1.0')}) / ({every} > 0)"
    unmeasured = {
        rule["labels"]["objective"]: rule["expr"]
        for rule in rules(chart)
        if rule.get("alert") == "SLOMetricAbsent"
    }
    assert unmeasured == {
        "availability": 'absent_over_time(http_requests_total{namespace="app",app="api"}[1d])',
        "latency": "absent_over_time(http_request_duration_seconds_bucket"
        '{namespace="app",app="api",le="1.0"}[1d])',
    }


def test_no_alert_on_more_failures_than_requests(app: App, chart: Chart) -> None:
    lenient = ServiceLevel(availability_percent=80, latency_percent=95)
    api = ApiTier(chart, "api", container=Container(image="api:1.4.2"), service_level=lenient)
    watching, _ = stack(app, watches=[api])
    windows: dict[str, list[str]] = {}
    for rule in rules(watching):
        if rule.get("alert") == "ErrorBudgetBurn":
            windows.setdefault(rule["labels"]["objective"], []).append(rule["labels"]["window"])
    assert windows == {"availability": ["1d", "3d"], "latency": ["1h", "6h", "1d", "3d"]}


MAIL = Peer(
    name="mail",
    namespace="app",
    selector={"app": "mail"},
    ports=(Port(name="metrics", number=9090),),
)


def test_what_a_construct_brings_along(app: App) -> None:
    queue = MetricsEndpoint(peer=MAIL, port="metrics", path="/metrics", names=("mail_queue",))
    chart, _ = stack(app, watches=[Facts(peers=(MAIL,), metrics=(queue,), alerts=(STUCK,))])
    (rule,) = (rule for rule in rules(chart) if rule.get("alert") == "MailIsStuck")
    assert rule == {
        "alert": "MailIsStuck",
        "expr": "mail_queue > 100",
        "for": "60s",
        "labels": {"namespace": "app", "app": "mail", "severity": "ticket"},
        "annotations": {
            "summary": "Mail waits.",
            "runbook_url": "https://git.example.com/runbooks/mail.md",
        },
    }


@pytest.mark.mission("B128")
def test_each_alert_has_its_page(app: App, api: ApiTier, chart: Chart) -> None:
    watching, _ = stack(app, watches=[api, cluster(chart)])
    for rule in rules(watching):
        if "alert" in rule and rule["alert"] != "Watchdog":
            name = rule["annotations"]["runbook_url"].rpartition("/")[2]
            page = (RUNBOOKS / name).read_text()
            assert f"`{rule['alert']}`" in page


def test_fails_with_a_latency_that_nobody_measures(app: App, chart: Chart) -> None:
    level = ServiceLevel(latency_seconds=0.25)
    api = ApiTier(chart, "api", container=Container(image="api:1.4.2"), service_level=level)
    (exposed,) = api.facts.metrics
    fewer = replace(api.facts, metrics=(replace(exposed, names=exposed.names[:1]),))
    with pytest.raises(
        ConfigurationError, match=r"latency_seconds: got 0.25; let api expose http_request_dur"
    ):
        stack(app, watches=[fewer])


def test_a_latency_is_that_of_the_indicator(app: App, chart: Chart) -> None:
    """Whatever other histograms there are."""
    handshakes = "websocket_handshake_duration_seconds_bucket"
    names = ("another_duration_seconds_bucket",)
    counted = Indicator(
        total="websocket_handshakes_total", failed='outcome="failed"', histogram=handshakes
    )
    socket = SocketTier(
        chart,
        "socket",
        container=Container(image="socket:1.4.2"),
        http=Http(metrics=Metrics(names=names)),
        scaling=Replicas(count=1),
        runtime=NodeServer(signals=replace(WEBSOCKET_SIGNALS, indicator=counted)),
        service_level=ServiceLevel(latency_seconds=0.25),
    )
    watching, _ = stack(app, watches=[socket])
    ratios = [
        rule["expr"]
        for rule in rules(watching)
        if "record" in rule and rule["labels"]["objective"] == "latency"
    ]
    assert ratios
    assert {metric for ratio in ratios for metric in metrics_asked(ratio)} == {handshakes}


def test_a_worker_counts_tasks_and_failures_apart(app: App, chart: Chart) -> None:
    counted = Indicator(
        total="celery_task_started_total",
        failed="celery_task_failed_total",
        histogram="celery_task_duration_milliseconds_bucket",
        unit=DurationUnit.MILLISECONDS,
    )
    worker = WorkerTier(
        chart,
        "mailer",
        container=Container(image="mailer:1.4.2"),
        metrics=Metrics(),
        signals=Signals(indicator=counted),
        service_level=ServiceLevel(latency_seconds=30),
    )
    watching, _ = stack(app, watches=[worker])
    asked = " ".join(rule["expr"] for rule in rules(watching))
    assert 'rate(celery_task_failed_total{namespace="app",app="mailer"}[5m])' in asked
    assert 'le="30000.0"' in asked
    (durations,) = [
        each for each in tier_dashboard(worker.peer, counted).sections if each.title == "Durations"
    ]
    assert {panel.unit for panel in durations.panels if isinstance(panel, TimeSeries)} == {"ms"}


def test_fails_to_promise_by_failures_that_nobody_counts(app: App, chart: Chart) -> None:
    counted = Indicator(total="tasks_total", failed="tasks_failed_total")
    worker = WorkerTier(
        chart,
        "mailer",
        container=Container(image="mailer:1.4.2"),
        metrics=Metrics(),
        signals=Signals(indicator=counted),
        service_level=ServiceLevel(latency_seconds=None),
    )
    (exposed,) = worker.facts.metrics
    fewer = replace(worker.facts, metrics=(replace(exposed, names=("tasks_total",)),))
    with pytest.raises(ConfigurationError, match="let it expose tasks_failed_total"):
        stack(app, watches=[fewer])


def test_no_promise_of_latency(app: App, chart: Chart) -> None:
    level = ServiceLevel(latency_seconds=None)
    api = ApiTier(chart, "api", container=Container(image="api:1.4.2"), service_level=level)
    watching, _ = stack(app, watches=[api])
    assert {rule["labels"].get("objective") for rule in rules(watching)} == {None, "availability"}


@pytest.mark.mission("B136")
def test_fails_with_a_metric_that_others_tell_of_all_pods(app: App, chart: Chart) -> None:
    metrics = Metrics(names=("kube_pod_status_ready",))
    http = Http(metrics=metrics)
    api = ApiTier(chart, "api", container=Container(image="api:1.4.2"), http=http)
    says = r"MetricsEndpoint.names: got 'kube_pod_status_ready'; leave it out of api: others tell"
    with pytest.raises(ConfigurationError, match=says):
        stack(app, watches=[api])


@pytest.mark.mission("B136")
def test_fails_with_an_alert_on_what_nobody_exposes(app: App) -> None:
    says = r"AlertRule.expression: got 'mail_queue > 100'; nobody exposes mail_queue"
    with pytest.raises(ConfigurationError, match=says):
        stack(app, watches=[Facts(peers=(MAIL,), alerts=(STUCK,))])


def test_fails_with_two_constructs_whose_rules_would_be_one_file(app: App) -> None:
    here, there = (
        Facts(peers=(replace(MAIL, namespace=namespace, name=name),), alerts=(STUCK,))
        for namespace, name in (("app", "shop-mail"), ("app-shop", "mail"))
    )
    queue = Facts(foreign_metrics=("mail_queue",))
    says = r"ObservabilityStack.watches: got 'app-shop-mail'; name each only once"
    with pytest.raises(ConfigurationError, match=says):
        stack(app, watches=[here, there, queue])


def test_an_alert_may_ask_for_what_is_no_pod_of_ours(app: App) -> None:
    own = Facts(peers=(MAIL,), alerts=(STUCK,), foreign_metrics=("mail_queue",))
    chart, _ = stack(app, watches=[own])
    assert "MailIsStuck" in {rule.get("alert") for rule in rules(chart)}


def test_fails_with_a_promise_that_nobody_measures(app: App, chart: Chart) -> None:
    api = ApiTier(chart, "api", container=Container(image="api:1.4.2"))
    silent = replace(api.facts, metrics=())
    with pytest.raises(ConfigurationError, match="let it expose http_requests_total"):
        stack(app, watches=[silent])
