"""The configuration of Prometheus: scrape jobs, rule files and Alertmanagers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cdk8s import Yaml

from constructs_lib.cluster import Cluster
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.signals import MetricsEndpoint, Scheme
from constructs_lib.observability.prometheus import kubelets
from constructs_lib.observability.prometheus.blackbox_exporter import (
    PROBE_METRICS,
    BlackboxExporter,
)
from constructs_lib.observability.prometheus.remote_write import credentials
from constructs_lib.observability.prometheus.settings import MetricsStore

RULES = "/etc/prometheus/rules"
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
# What labels of a pod are on each of its series.
_POD_LABELS = {
    "__meta_kubernetes_namespace": "namespace",
    "__meta_kubernetes_pod_label_app_kubernetes_io_name": "app",
    "__meta_kubernetes_pod_label_app_kubernetes_io_component": "component",
    "__meta_kubernetes_pod_label_track": "track",
    "__meta_kubernetes_pod_name": "pod",
    "__meta_kubernetes_pod_node_name": "node",
}

# What client libraries tell of their own process, which no alert is about.
_OF_A_PROCESS = ("go_.+", "jvm_.+", "nodejs_.+", "process_.+", "python_.+")


def prometheus_yaml(
    endpoints: Sequence[MetricsEndpoint],
    *,
    store: MetricsStore,
    rules: Iterable[str],
    alertmanagers: Sequence[HttpEndpoint],
    blackbox: BlackboxExporter | None,
    cluster: Cluster,
) -> str:
    """Return the configuration, the same for all servers.

    Args:
        endpoints: that are scraped.
        store: with the scrape interval.
        rules: the folders of rule files.
        alertmanagers: all of them. Each server sends to each: behind one address, the others
            would never receive an alert.
        blackbox: the blackbox exporter; None for no probes.
        cluster: whose kubelets are scraped.
    """
    written = [each.configuration() for each in store.remote_write]
    targets = [f"{each.host}:{each.port}" for each in alertmanagers]
    return Yaml.stringify(
        {
            "global": {
                "scrape_interval": f"{store.scrape_seconds}s",
                "scrape_timeout": f"{max(4, store.scrape_seconds // 3)}s",
                "evaluation_interval": f"{store.scrape_seconds}s",
                # Which of the two it was; taken off again from alerts, or each came twice.
                "external_labels": {"replica": "${POD_NAME}"},
                "scrape_protocols": ["OpenMetricsText1.0.0", "PrometheusText0.0.4"],
                "body_size_limit": "50MB",
                "sample_limit": 100_000,
                "label_limit": 60,
            },
            "alerting": {
                "alert_relabel_configs": [{"action": "labeldrop", "regex": "replica"}],
                "alertmanagers": [{"static_configs": [{"targets": targets}]}],
            },
            **({"remote_write": written} if written else {}),
            "rule_files": [f"{RULES}/{name}/*.yaml" for name in rules],
            "scrape_configs": [
                *(_pods(endpoint) for endpoint in endpoints),
                _kubelet("kubelet", "/metrics", cluster),
                _kubelet("cadvisor", "/metrics/cadvisor", cluster),
                *(_probes(blackbox) if blackbox else ()),
            ],
        }
    )


def _pods(endpoint: MetricsEndpoint) -> dict[str, Any]:
    peer = endpoint.peer
    (number,) = (port.number for port in peer.ports if port.name == endpoint.port)
    selector = ",".join(f"{key}={value}" for key, value in sorted(peer.selector.items()))
    job: dict[str, Any] = {
        "job_name": f"{peer.namespace}/{peer.name}/{endpoint.port}",
        "metrics_path": endpoint.path,
        # A server that names no type is read all the same.
        "fallback_scrape_protocol": "PrometheusText0.0.4",
        "kubernetes_sd_configs": [
            {
                "role": "pod",
                "namespaces": {"names": [peer.namespace]},
                "selectors": [{"role": "pod", "label": selector}],
            }
        ],
        "relabel_configs": [
            # A pod is found once for each port of each container.
            {
                "source_labels": ["__meta_kubernetes_pod_container_port_number"],
                "action": "keep",
                "regex": str(number),
            },
            {
                "source_labels": ["__meta_kubernetes_pod_phase"],
                "action": "drop",
                "regex": "Pending|Succeeded|Failed",
            },
            *(
                {"source_labels": [source], "target_label": target}
                for source, target in pod_labels(endpoint).items()
            ),
        ],
        "metric_relabel_configs": [_kept(kept_metrics(endpoint))],
    }
    if endpoint.scheme is Scheme.HTTPS:
        # Pods are read by their addresses, which no certificate names.
        job |= {"scheme": "https", "tls_config": {"insecure_skip_verify": True}}
    said = endpoint.authorization
    if said is not None:
        job["authorization"] = credentials(said)
    if endpoint.about_others:
        job["honor_labels"] = True
    return job


def _kubelet(name: str, path: str, cluster: Cluster) -> dict[str, Any]:
    return {
        "job_name": name,
        "metrics_path": path,
        "scheme": "https",
        "honor_timestamps": False,
        "tls_config": {"ca_file": f"{_ACCOUNT}/ca.crt"}
        if cluster.signs_kubelets
        else {"insecure_skip_verify": True},
        "authorization": {"credentials_file": f"{_ACCOUNT}/token"},
        "kubernetes_sd_configs": [{"role": "node"}],
        "relabel_configs": [
            {"source_labels": ["__meta_kubernetes_node_name"], "target_label": "node"}
        ],
        "metric_relabel_configs": [_kept(_any_of(kubelets.METRICS))],
    }


def _probes(blackbox: BlackboxExporter) -> Iterator[dict[str, Any]]:
    for module, targets in blackbox.targets.items():
        if targets:
            yield _probe(blackbox, module, targets)


def _probe(blackbox: BlackboxExporter, module: str, targets: Sequence[str]) -> dict[str, Any]:
    return {
        "job_name": f"{module}s",
        "metrics_path": "/probe",
        "params": {"module": [module]},
        "static_configs": [{"targets": list(targets)}],
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_target"},
            {"source_labels": ["__param_target"], "target_label": "instance"},
            {
                "target_label": "__address__",
                "replacement": f"{blackbox.endpoint.host}:{blackbox.endpoint.port}",
            },
        ],
        "metric_relabel_configs": [_kept(_any_of(PROBE_METRICS))],
    }


def pod_labels(endpoint: MetricsEndpoint) -> Mapping[str, str]:
    """Return the labels of each series, by what discovery calls them.

    None on series about others, where those of this pod would tell of the wrong one.
    """
    return {} if endpoint.about_others else _POD_LABELS


def kept_metrics(endpoint: MetricsEndpoint) -> str:
    """Return the expression of the metrics that an endpoint may tell: about itself alone."""
    process = () if endpoint.about_others else _OF_A_PROCESS
    return _any_of((*endpoint.names, *process))


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(names))


def _kept(names: str) -> dict[str, Any]:
    return {"source_labels": ["__name__"], "action": "keep", "regex": names}
