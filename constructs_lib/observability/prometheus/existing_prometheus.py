"""A Prometheus that the operator of the cluster keeps: monitors and rules for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.facts.network import Call, Neighbour
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.facts.signals import MetricsEndpoint, Scheme
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.names import short_name
from constructs_lib.observability.prometheus import kube_state_metrics, kubelets
from constructs_lib.observability.prometheus.alert_settings import AlertSettings
from constructs_lib.observability.prometheus.rules import rule_groups
from constructs_lib.observability.prometheus.scraping import kept_metrics, pod_labels
from constructs_lib.rules import check_labels, check_range
from constructs_lib.scopes import namespace_of

_API = "monitoring.coreos.com/v1"
# What such a Prometheus knows anyway, of kube-state-metrics and of kubelets.
_THERE = Facts(foreign_metrics=("up", *kube_state_metrics.METRICS, *kubelets.METRICS))


class ExistingPrometheus(NamedConstruct):
    """PodMonitors and PrometheusRules for a Prometheus that the Prometheus Operator keeps.

    In place of an `ObservabilityStack`, where the cluster has kube-prometheus-stack or the like:
    what it watches is scraped, and its service levels and alerts are evaluated, with the same
    labels. Who is told of alerts is said there; each has the label ``severity``, which is ``page``
    or ``ticket``.

    Args:
        scope: a chart with the namespace of the objects.
        id: any name.
        watches: the monitored constructs, whose facts say what they expose and promise.
        prometheus: its pods, which the policies of those let in.
        alerts: which there are, and their runbooks.
        labels: by which it selects monitors and rules, such as
            ``{"release": "kube-prometheus-stack"}``.
        scrape_seconds: the scrape interval; 60 at most, for rates over five minutes.

    Attributes:
        facts: what it publishes for the baseline.

    Raises:
        ConfigurationError: labels that Kubernetes refuses, a number out of range, a service level
            that no metric measures, or an alert on a metric that nobody exposes.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        watches: Sequence[Publisher],
        prometheus: Neighbour,
        alerts: AlertSettings,
        labels: Mapping[str, str],
        scrape_seconds: int = 30,
    ) -> None:
        check_labels("ExistingPrometheus.labels", labels)
        check_range("ExistingPrometheus.scrape_seconds", scrape_seconds, 5, 60)
        super().__init__(scope, id)
        self._labels = labels
        read = [construct.facts for construct in watches]
        endpoints = [endpoint for facts in read for endpoint in facts.metrics]
        for each in endpoints:
            name = short_name(each.peer.namespace, each.peer.name, each.port)
            spec = _pod_monitor(each, scrape_seconds=scrape_seconds)
            self._add("PodMonitor", name, spec)
        for name, groups in rule_groups([*read, _THERE], alerting=alerts, dashboards={}).items():
            # Its own watchdog is there.
            if name != "watchdog":
                self._add("PrometheusRule", name, {"groups": groups})
        self.facts = Facts(
            calls=tuple(
                Call(source=prometheus, target=each.peer, port=each.port) for each in endpoints
            )
        )

    def _add(self, kind: str, name: str, spec: Mapping[str, Any]) -> None:
        metadata = names.metadata(
            self, kind, name, namespace=namespace_of(self), labels=self._labels
        )
        CustomResource(
            self,
            f"{kind}-{name}",
            api_version=_API,
            kind=kind,
            metadata=metadata,
            fields={"spec": spec},
        )


def _pod_monitor(endpoint: MetricsEndpoint, *, scrape_seconds: int) -> dict[str, Any]:
    """Return a PodMonitor that reads what the stack's own Prometheus would."""
    said, secure = endpoint.authorization, endpoint.scheme is Scheme.HTTPS
    kept = {"sourceLabels": ["__name__"], "action": "keep", "regex": kept_metrics(endpoint)}
    return {
        "selector": {"matchLabels": dict(endpoint.peer.selector)},
        "namespaceSelector": {"matchNames": [endpoint.peer.namespace]},
        "podMetricsEndpoints": [
            {
                "port": endpoint.port,
                "path": endpoint.path,
                "scheme": endpoint.scheme.value,
                "interval": f"{scrape_seconds}s",
                "honorLabels": endpoint.about_others,
                # Pods are read by their addresses, which no certificate names.
                "tlsConfig": {"insecureSkipVerify": True} if secure else None,
                "authorization": None
                if said is None
                else {
                    "type": said.kind,
                    "credentials": {"name": said.secret.name, "key": said.key},
                },
                "relabelings": [
                    {"sourceLabels": [source], "targetLabel": target}
                    for source, target in pod_labels(endpoint).items()
                ],
                "metricRelabelings": [kept],
            }
        ],
    }
