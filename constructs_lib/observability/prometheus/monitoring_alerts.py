"""What is wrong with the monitoring, so that other alerts may not come."""

from __future__ import annotations

from constructs_lib.facts.signals import AlertRule, Severity


def monitoring_alerts(series: int) -> tuple[AlertRule, ...]:
    """Return the alerts about Prometheus, what it reads, and the Alertmanagers.

    Args:
        series: how many time series are expected.
    """
    return (
        AlertRule(
            name="TargetIsDown",
            expression="up == 0",
            for_seconds=600,
            severity=Severity.TICKET,
            summary="{{ $labels.job }} cannot be read at {{ $labels.instance }}.",
            runbook="monitoring",
        ),
        AlertRule(
            name="TargetsAreMissing",
            expression='max by (config) (prometheus_sd_discovered_targets{name="scrape"}) == 0',
            for_seconds=900,
            severity=Severity.TICKET,
            summary="Prometheus finds no pods of {{ $labels.config }}.",
            runbook="monitoring",
        ),
        AlertRule(
            name="PrometheusDoesNotSeeItself",
            expression="absent(prometheus_sd_discovered_targets)",
            for_seconds=900,
            severity=Severity.PAGE,
            summary="Prometheus does not read itself, and perhaps nothing else.",
            runbook="monitoring",
        ),
        AlertRule(
            name="PrometheusRejectsItsConfiguration",
            expression="prometheus_config_last_reload_successful == 0",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="{{ $labels.pod }} still runs an older configuration.",
            runbook="monitoring",
        ),
        AlertRule(
            name="PrometheusRulesFail",
            expression="increase(prometheus_rule_evaluation_failures_total[5m]) > 0",
            for_seconds=900,
            severity=Severity.TICKET,
            summary="Rules of {{ $labels.pod }} cannot be evaluated.",
            runbook="monitoring",
        ),
        AlertRule(
            name="PrometheusHoldsTooManySeries",
            expression=f"prometheus_tsdb_head_series > {series}",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="{{ $labels.pod }} holds {{ $value | humanize }} series, more than its volume "
            "and memory were made for.",
            runbook="monitoring",
        ),
        AlertRule(
            name="PrometheusCannotCompact",
            expression="increase(prometheus_tsdb_compactions_failed_total[3h]) > 0",
            for_seconds=0,
            severity=Severity.TICKET,
            summary="{{ $labels.pod }} cannot write blocks: its log grows, and old samples stay.",
            runbook="monitoring",
        ),
        AlertRule(
            name="PrometheusReachesNoAlertmanager",
            # The Watchdog is sent all the time; what no Alertmanager took is dropped.
            expression="increase(prometheus_notifications_dropped_total[5m]) > 0",
            for_seconds=600,
            severity=Severity.PAGE,
            summary="Alerts of {{ $labels.pod }} reach nobody.",
            runbook="monitoring",
        ),
        AlertRule(
            name="AlertsAreNotDelivered",
            expression="sum by (namespace, integration) "
            "(increase(alertmanager_notifications_failed_total[15m])) > 0",
            for_seconds=300,
            severity=Severity.PAGE,
            summary="Messages by {{ $labels.integration }} do not arrive.",
            runbook="monitoring",
        ),
        AlertRule(
            name="AlertmanagersAreApart",
            expression="min by (namespace) (alertmanager_cluster_members) < "
            "count by (namespace) (alertmanager_cluster_members)",
            for_seconds=900,
            severity=Severity.TICKET,
            summary="The Alertmanagers do not know each other: messages come twice.",
            runbook="monitoring",
        ),
    )
