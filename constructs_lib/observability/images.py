"""The images of an observability stack."""

from __future__ import annotations

from dataclasses import dataclass, fields

from constructs_lib.workload.image import check_image


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservabilityImages:
    """Every image that an observability stack runs.

    Args:
        prometheus: 3.13 or newer, which reads its configuration anew by itself.
        alertmanager: 0.31 or newer.
        kube_state_metrics: tells of the objects of the cluster.
        node_exporter: tells of the nodes.
        blackbox_exporter: asks public addresses from outside.
        prometheus_adapter: tells autoscalers what Prometheus knows.
        grafana: 13 or newer, with its bundled plugins.
        elasticsearch: of the same version as the three that follow.
        kibana: of the same version.
        logstash: of the same version.
        filebeat: of the same version.
        elasticsearch_exporter: tells of Elasticsearch.

    Raises:
        ConfigurationError: an image whose tag moves.
    """

    prometheus: str = "quay.io/prometheus/prometheus:v3.13.2"
    alertmanager: str = "quay.io/prometheus/alertmanager:v0.33.1"
    kube_state_metrics: str = "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.19.1"
    node_exporter: str = "quay.io/prometheus/node-exporter:v1.12.1"
    blackbox_exporter: str = "quay.io/prometheus/blackbox-exporter:v0.28.0"
    prometheus_adapter: str = "registry.k8s.io/prometheus-adapter/prometheus-adapter:v0.12.0"
    grafana: str = "docker.io/grafana/grafana:13.2.0"
    elasticsearch: str = "docker.elastic.co/elasticsearch/elasticsearch:9.5.2"
    kibana: str = "docker.elastic.co/kibana/kibana:9.5.2"
    logstash: str = "docker.elastic.co/logstash/logstash:9.5.2"
    filebeat: str = "docker.elastic.co/beats/filebeat:9.5.2"
    elasticsearch_exporter: str = "quay.io/prometheuscommunity/elasticsearch-exporter:v1.11.0"

    def __post_init__(self) -> None:
        for field in fields(self):
            check_image(f"ObservabilityImages.{field.name}", getattr(self, field.name))
