"""The rules of Prometheus: from service levels and alerts in the facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdk8s import Yaml

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.alerts import AlertRule
from constructs_lib.facts.network import Neighbour, Peer
from constructs_lib.facts.promql import metrics_asked
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import ExternalMetric
from constructs_lib.names import short_name
from constructs_lib.observability.prometheus import burn_rates
from constructs_lib.observability.prometheus.alert_settings import AlertSettings
from constructs_lib.observability.prometheus.changed_alerts import changed
from constructs_lib.rules import check_distinct

# It fires as long as alerts work at all; its silence is the alarm.
_WATCHDOG = {
    "alert": "Watchdog",
    "expr": "vector(1)",
    "labels": {"severity": "none"},
    "annotations": {"summary": "Alerts reach whoever hears this."},
}


def rule_files(
    read: Sequence[Facts], *, alerting: AlertSettings, dashboards: Mapping[str, str]
) -> dict[str, str]:
    """Return rule files by name."""
    groups = rule_groups(read, alerting=alerting, dashboards=dashboards)
    return {name: Yaml.stringify({"groups": each}) for name, each in groups.items()}


def rule_groups(
    read: Sequence[Facts], *, alerting: AlertSettings, dashboards: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the groups of rules by name: of each construct with a service level or alerts.

    Args:
        read: the facts of all that Prometheus scrapes.
        alerting: further alerts, which are changed or off, and the URL of runbooks.
        dashboards: the addresses of dashboards, by the names of rule files.
    """
    read = changed(read, alerting)
    exposed = frozenset[str]().union(*(facts.metric_names for facts in read))
    _check_tells_of_itself(read)
    files: list[tuple[str, list[dict[str, Any]]]] = [
        ("watchdog", [{"name": "watchdog", "rules": [_WATCHDOG]}])
    ]
    for facts in read:
        _check_scaled(facts.external_metrics, exposed)
        if facts.service_level is not None or facts.alerts:
            peer = _named(facts)
            _check_answered(facts.alerts, exposed)
            name = short_name(peer.namespace, peer.name)
            files.append((name, _groups(peer, facts, _Links(alerting, dashboards.get(name)))))
    if alerting.alerts:
        _check_answered(alerting.alerts, exposed)
        links = _Links(alerting, None)
        rules = [_rule(alert, {}, links) for alert in alerting.alerts]
        files.append(("further-alerts", [{"name": "further-alerts", "rules": rules}]))
    check_distinct("ObservabilityStack.watches", [name for name, _ in files])
    kept = {name: _without(groups, alerting.off) for name, groups in files}
    return {name: groups for name, groups in kept.items() if groups}


def _without(groups: Iterable[dict[str, Any]], off: Collection[str]) -> list[dict[str, Any]]:
    kept = (
        {**group, "rules": [rule for rule in group["rules"] if rule.get("alert") not in off]}
        for group in groups
    )
    return [group for group in kept if group["rules"]]


def _named(facts: Facts) -> Peer | Neighbour:
    peers = (*facts.peers, *(endpoint.peer for endpoint in facts.metrics))
    if not peers:
        raise ConfigurationError(
            "ObservabilityStack.watches",
            facts.alerts,
            "give these facts a peer, which their rules are called after",
        )
    return peers[0]


def _check_tells_of_itself(read: Sequence[Facts]) -> None:
    """Refuse pods that expose what others tell of them: alerts would believe both."""
    foreign = frozenset[str]().union(*(facts.metrics_about_others for facts in read))
    for endpoint in (each for facts in read for each in facts.metrics if not each.about_others):
        for name in sorted(foreign & set(endpoint.names)):
            raise ConfigurationError(
                "MetricsEndpoint.names",
                name,
                f"leave it out of {endpoint.peer.name}: others tell of all pods by this name",
            )


def _check_scaled(metrics: Iterable[ExternalMetric], exposed: frozenset[str]) -> None:
    """Refuse to scale by a metric that nothing exposes."""
    for metric in metrics:
        unknown = sorted(metrics_asked(metric.query) - exposed)
        if unknown:
            raise ConfigurationError(
                "ExternalMetric.query",
                metric.query,
                f"nobody exposes {', '.join(unknown)}: watch what does, with this name in its "
                "metrics",
            )


def _check_answered(alerts: Iterable[AlertRule], exposed: frozenset[str]) -> None:
    """Refuse an alert on a metric that nothing exposes."""
    for alert in alerts:
        unknown = sorted(metrics_asked(alert.expression) - exposed.union(burn_rates.RECORDED))
        if unknown:
            reject(
                "AlertRule.expression",
                alert.expression,
                f"nobody exposes {', '.join(unknown)}: name it in Metrics.names of the container, "
                "or in Facts.foreign_metrics",
            )


def _groups(peer: Peer | Neighbour, facts: Facts, links: _Links) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    if facts.service_level is not None:
        if facts.indicator is None:
            raise ConfigurationError(
                "ObservabilityStack.watches",
                peer.name,
                "give it an indicator, which says how its success is counted, or no service level",
            )
        promised = [name for endpoint in facts.metrics for name in endpoint.names]
        for counter in facts.indicator.counters:
            if counter not in promised:
                raise ConfigurationError(
                    "ObservabilityStack.watches",
                    peer.name,
                    f"let it expose {counter}, which its service level is counted by",
                )
        histogram = facts.indicator.histogram
        if facts.service_level.latency_seconds is not None and histogram not in promised:
            raise ConfigurationError(
                "ServiceLevel.latency_seconds",
                facts.service_level.latency_seconds,
                f"let {peer.name} expose {histogram or 'a histogram'}, or promise None",
            )
        for objective in burn_rates.objectives(peer, facts.service_level, facts.indicator):
            groups += burn_rates.groups(peer, objective, links=links.of("service-level"))
    if facts.alerts:
        groups.append(
            {"name": f"{peer.namespace}/{peer.name}", "rules": _alerts(peer, facts, links)}
        )
    return groups


def _alerts(peer: Peer | Neighbour, facts: Facts, links: _Links) -> list[dict[str, Any]]:
    """Return the alerts, with the labels of their construct unless they are about others."""
    labels = {"namespace": peer.namespace, "app": peer.name}
    about_others = facts.metrics_about_others
    return [
        _rule(alert, {} if metrics_asked(alert.expression) & about_others else labels, links)
        for alert in facts.alerts
    ]


def _rule(alert: AlertRule, labels: Mapping[str, str], links: _Links) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.expression,
        "for": f"{alert.for_seconds}s",
        "labels": {**labels, **alert.labels, "severity": alert.severity.value},
        "annotations": {"summary": alert.summary, **links.of(alert.runbook)},
    }


@dataclass(frozen=True, slots=True)
class _Links:
    """Where the links of the alerts of a construct lead.

    Args:
        alerting: with the URL of runbooks.
        dashboard: the address of its dashboard; None for none.
    """

    alerting: AlertSettings
    dashboard: str | None

    def of(self, runbook: str) -> Mapping[str, str]:
        """Return them as annotations."""
        dashboard = {"dashboard_url": self.dashboard} if self.dashboard else {}
        return {"runbook_url": self.alerting.runbook(runbook), **dashboard}
