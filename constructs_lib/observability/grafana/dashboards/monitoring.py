"""Whether Prometheus sees and the Alertmanagers tell."""

from __future__ import annotations

from constructs_lib.facts.promql import highest, increase, rate, total
from constructs_lib.observability.grafana.board import Board, Section
from constructs_lib.observability.grafana.folders import DashboardFolder
from constructs_lib.observability.grafana.levels import worse_above, worse_below
from constructs_lib.observability.grafana.panels import graph, number, rows


def monitoring() -> Board:
    """Return the dashboard of Prometheus and the Alertmanagers."""
    return Board(
        uid="monitoring",
        title="Prometheus and Alertmanager",
        folder=DashboardFolder.PLATFORM,
        description="Whether everything is scraped, rules are evaluated, and alerts arrive.",
        sections=(_scraping(), _rules(), _storage(), _notifications()),
        alerts='alertname=~"Prometheus.*|Alert.*|Target.*"',
    )


def _scraping() -> Section:
    scraped, exceeded = (
        "prometheus_tsdb_head_samples_appended_total",
        "prometheus_target_scrapes_exceeded_sample_limit_total",
    )
    return Section(
        title="Scraping",
        needs=(scraped, exceeded),
        panels=(
            number(
                "Targets down", "short", "count(up == 0) or vector(0)", levels=worse_above(1, 3)
            ),
            number(
                "Cut off scrapes in an hour",
                "short",
                total(increase(exceeded, window="1h")),
                levels=worse_above(1, 10),
                description="Targets that expose more than they may.",
            ),
            rows("Down", "max by (job, instance) (up == 0)"),
            graph("Samples", "short", {"{{pod}}": total(rate(scraped), "pod")}),
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
        needs=(failures, missed, last),
        panels=(
            graph(
                "Failed and missed",
                "short",
                {
                    "{{pod}} failed": total(increase(failures), "pod"),
                    "{{pod}} missed": total(increase(missed), "pod"),
                },
            ),
            graph(
                "Slowest group", "s", {"{{rule_group}}": f"topk(5, {highest(last, 'rule_group')})"}
            ),
        ),
    )


def _storage() -> Section:
    head, blocks = "prometheus_tsdb_head_series", "prometheus_tsdb_storage_blocks_bytes"
    return Section(
        title="Storage",
        needs=(head, blocks),
        panels=(
            graph("Series in memory", "short", {"{{pod}}": total(head, "pod")}),
            graph("Blocks on disk", "bytes", {"{{pod}}": total(blocks, "pod")}),
        ),
    )


def _notifications() -> Section:
    dropped, sent, failed, members = (
        "prometheus_notifications_dropped_total",
        "alertmanager_notifications_total",
        "alertmanager_notifications_failed_total",
        "alertmanager_cluster_members",
    )
    return Section(
        title="Notifications",
        needs=(dropped, sent, failed, members),
        panels=(
            number(
                "Alertmanagers that see each other",
                "short",
                f"min({members})",
                levels=worse_below(2, 3),
            ),
            number(
                "Dropped by Prometheus in an hour",
                "short",
                total(increase(dropped, window="1h")),
                levels=worse_above(1, 10),
            ),
            graph(
                "Sent and failed",
                "short",
                {
                    "{{integration}} sent": total(increase(sent), "integration"),
                    "{{integration}} failed": total(increase(failed), "integration"),
                },
            ),
        ),
    )
