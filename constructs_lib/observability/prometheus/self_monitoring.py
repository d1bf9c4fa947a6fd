"""The metrics of Prometheus itself, and the alerts when other alerts may not arrive."""

from __future__ import annotations

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.logs import LogFormat, PodLogs
from constructs_lib.facts.network import Call, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.part import identity_of
from constructs_lib.observability.prometheus import kubelets
from constructs_lib.observability.prometheus.prometheus_dashboard import dashboard

HTTP = Port(name="http", number=9090)
_METRICS = (
    "prometheus_config_last_reload_successful",
    "prometheus_notifications_dropped_total",
    "prometheus_notifications_errors_total",
    "prometheus_notifications_sent_total",
    "prometheus_rule_evaluation_failures_total",
    "prometheus_rule_group_iterations_missed_total",
    "prometheus_rule_group_last_duration_seconds",
    "prometheus_rule_group_interval_seconds",
    "prometheus_sd_discovered_targets",
    "prometheus_target_scrapes_exceeded_sample_limit_total",
    "prometheus_tsdb_compactions_failed_total",
    "prometheus_tsdb_head_samples_appended_total",
    "prometheus_tsdb_head_series",
    "prometheus_tsdb_storage_blocks_bytes",
    "prometheus_tsdb_wal_storage_size_bytes",
)
# https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series
_MADE_BY_SCRAPING = ("ALERTS", "scrape_duration_seconds", "scrape_samples_scraped", "up")
_ALERTS = (
    AlertRule(
        name="TargetDown",
        expression="up == 0",
        for_seconds=600,
        severity=Severity.TICKET,
        summary="{{ $labels.job }} cannot be read at {{ $labels.instance }}.",
        runbook="monitoring",
    ),
    AlertRule(
        name="PrometheusTargetEmpty",
        expression='max by (config) (prometheus_sd_discovered_targets{name="scrape"}) == 0',
        for_seconds=900,
        severity=Severity.TICKET,
        summary="Prometheus finds no pods of {{ $labels.config }}.",
        runbook="monitoring",
    ),
    AlertRule(
        name="PrometheusJobMissing",
        expression="absent(prometheus_sd_discovered_targets)",
        for_seconds=900,
        severity=Severity.PAGE,
        summary="Prometheus does not read itself, and perhaps nothing else.",
        runbook="monitoring",
    ),
    AlertRule(
        name="PrometheusBadConfig",
        expression="prometheus_config_last_reload_successful == 0",
        for_seconds=300,
        severity=Severity.TICKET,
        summary="{{ $labels.pod }} still runs an older configuration.",
        runbook="monitoring",
    ),
    AlertRule(
        name="PrometheusRuleFailures",
        expression="increase(prometheus_rule_evaluation_failures_total[5m]) > 0",
        for_seconds=900,
        severity=Severity.TICKET,
        summary="Rules of {{ $labels.pod }} cannot be evaluated.",
        runbook="monitoring",
    ),
    AlertRule(
        name="PrometheusErrorSendingAlertsToAnyAlertmanager",
        # The Watchdog is sent all the time; what no Alertmanager took is dropped.
        expression="increase(prometheus_notifications_dropped_total[5m]) > 0",
        for_seconds=600,
        severity=Severity.PAGE,
        summary="Alerts of {{ $labels.pod }} reach nobody.",
        runbook="monitoring",
    ),
    AlertRule(
        name="PrometheusTSDBCompactionsFailing",
        expression="increase(prometheus_tsdb_compactions_failed_total[3h]) > 0",
        for_seconds=0,
        severity=Severity.TICKET,
        summary="{{ $labels.pod }} cannot write blocks: its log grows, and old samples stay.",
        runbook="monitoring",
    ),
)


def endpoint(context: StackContext) -> HttpEndpoint:
    """Return the endpoint of Prometheus, known before it is created."""
    identity = identity_of("prometheus", context.monitoring)
    return HttpEndpoint(
        host=context.dns_name(identity),
        port=HTTP.number,
        target=context.peer(identity, [HTTP]),
        target_port=HTTP.name,
    )


def prometheus_facts(context: StackContext) -> Facts:
    """Return the facts of Prometheus and of the kubelets, known before it is created.

    Args:
        context: shared by all parts.
    """
    peer = context.peer(identity_of("prometheus", context.monitoring), [HTTP])
    return Facts(
        peers=(peer,),
        calls=tuple(
            Call(source=reader, target=peer, port=HTTP.name) for reader in context.metric_readers
        ),
        metrics=(MetricsEndpoint(peer=peer, port=HTTP.name, path="/metrics", names=_METRICS),),
        foreign_metrics=(*_MADE_BY_SCRAPING, *kubelets.METRICS),
        alerts=(*_own_alerts(context.metrics.series), *kubelets.alerts(context.namespaces)),
        dashboards=(dashboard(),),
        logs=(PodLogs(peer=peer, format=LogFormat.JSON),),
    )


def _own_alerts(most_series: int) -> tuple[AlertRule, ...]:
    return (
        *_ALERTS,
        AlertRule(
            name="PrometheusTooManySeries",
            expression=f"prometheus_tsdb_head_series > {most_series}",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="{{ $labels.pod }} holds {{ $value | humanize }} series, more than its volume "
            "and memory were made for.",
            runbook="monitoring",
        ),
    )
