"""The dashboard of Prometheus: targets, series, rules and notifications."""

from __future__ import annotations

from constructs_lib.facts.dashboards import (
    Dashboard,
    DashboardFolder,
    Section,
    Stat,
    Table,
    TimeSeries,
    worse_above,
)
from constructs_lib.facts.promql import highest, increase, rate, total


def dashboard() -> Dashboard:
    """Return the dashboard of Prometheus."""
    return Dashboard(
        uid="prometheus",
        title="Prometheus",
        folder=DashboardFolder.PLATFORM,
        description="Whether everything is scraped, and rules are evaluated.",
        sections=(_scraping(), _rules(), _storage(), _notifications()),
        alerts='alertname=~"Prometheus.*|Target.*"',
    )


def _scraping() -> Section:
    scraped, exceeded = (
        "prometheus_tsdb_head_samples_appended_total",
        "prometheus_target_scrapes_exceeded_sample_limit_total",
    )
    return Section(
        title="Scraping",
        panels=(
            Stat(
                "Targets down", "short", "count(up == 0) or vector(0)", thresholds=worse_above(1, 3)
            ),
            Stat(
                "Cut off scrapes in an hour",
                "short",
                total(increase(exceeded, window="1h")),
                thresholds=worse_above(1, 10),
                description="Targets that expose more than they may.",
            ),
            Table("Down", "max by (job, instance) (up == 0)"),
            TimeSeries("Samples", "short", {"{{pod}}": total(rate(scraped), "pod")}),
        ),
    )


def _rules() -> Section:
    failures, missed, last = (
        "prometheus_rule_evaluation_failures_total",
        "prometheus_rule_group_iterations_missed_total",
        "prometheus_rule_group_last_duration_seconds",
    )
    return Section(
        title="Rules",
        panels=(
            TimeSeries(
                "Failed and missed",
                "short",
                {
                    "{{pod}} failed": total(increase(failures), "pod"),
                    "{{pod}} missed": total(increase(missed), "pod"),
                },
            ),
            TimeSeries(
                "Slowest group", "s", {"{{rule_group}}": f"topk(5, {highest(last, 'rule_group')})"}
            ),
        ),
    )


def _storage() -> Section:
    head, blocks = "prometheus_tsdb_head_series", "prometheus_tsdb_storage_blocks_bytes"
    return Section(
        title="Storage",
        panels=(
            TimeSeries("Series in memory", "short", {"{{pod}}": total(head, "pod")}),
            TimeSeries("Blocks on disk", "bytes", {"{{pod}}": total(blocks, "pod")}),
        ),
    )


def _notifications() -> Section:
    dropped = "prometheus_notifications_dropped_total"
    return Section(
        title="Notifications",
        panels=(
            Stat(
                "Dropped in an hour",
                "short",
                total(increase(dropped, window="1h")),
                thresholds=worse_above(1, 10),
                description="Alerts that no Alertmanager took.",
            ),
        ),
    )
