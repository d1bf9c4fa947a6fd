"""The images of an observability stack."""

from __future__ import annotations

from dataclasses import fields

from constructs_lib.pods.image import check_image
from constructs_lib.values import Value


class ObservabilityImages(Value):
    """The images of all servers of an observability stack.

    Each default has a tag and a digest, except Kibana, Logstash, Filebeat and the Prometheus
    adapter: no digest of theirs was confirmed by two sources, so they are pinned by the
    tag of a release.

    Args:
        prometheus: 3.13 or newer, which reloads its configuration by itself.
        alertmanager: 0.31 or newer.
        kube_state_metrics: exports metrics of objects of the cluster.
        node_exporter: exports metrics of nodes.
        blackbox_exporter: probes public addresses.
        prometheus_adapter: serves metrics to autoscalers.
        grafana: 13 or newer, with its bundled plugins.
        elasticsearch: 9.5 or newer, of the same version as the three that follow.
        kibana: of the same version.
        logstash: of the same version; before 9.5 it reads no renewed certificate.
        filebeat: of the same version; before 9.5 it reads no renewed certificate unless told to.
        elasticsearch_exporter: exports metrics of Elasticsearch.

    Raises:
        ConfigurationError: an image whose tag moves.
    """

    prometheus: str = (
        "quay.io/prometheus/prometheus:v3.13.2"
        "@sha256:508729e0e2d18e11fd742a5a5ca70e557b940a93948c3c95fd0123a6fd538b69"
    )
    alertmanager: str = (
        "quay.io/prometheus/alertmanager:v0.33.1"
        "@sha256:9e082985f56f4c8c9f724e18f2288c6708f472e56a5286b8863d080434ea065d"
    )
    kube_state_metrics: str = (
        "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.19.1"
        "@sha256:85108987d044b18a098126732f98602df408888c0f7d456241f5abefb9744bc1"
    )
    node_exporter: str = (
        "quay.io/prometheus/node-exporter:v1.12.1"
        "@sha256:1b4e4438faca4dd7e001dd445d161a4a2091b0fededa84093b3a8dfeae1f1be0"
    )
    blackbox_exporter: str = (
        "quay.io/prometheus/blackbox-exporter:v0.28.0"
        "@sha256:e753ff9f3fc458d02cca5eddab5a77e1c175eee484a8925ac7d524f04366c2fc"
    )
    prometheus_adapter: str = "registry.k8s.io/prometheus-adapter/prometheus-adapter:v0.12.0"
    grafana: str = (
        "docker.io/grafana/grafana:13.2.0"
        "@sha256:3fd54ae1214669f8355f065ec9f6445d5279a3d77095ab048ca045685272429b"
    )
    elasticsearch: str = (
        "docker.elastic.co/elasticsearch/elasticsearch:9.5.2"
        "@sha256:9c1e1afc2bda921b35025e21c72ec6e392266995aa35ad6a47887363592718be"
    )
    kibana: str = "docker.elastic.co/kibana/kibana:9.5.2"
    logstash: str = "docker.elastic.co/logstash/logstash:9.5.2"
    filebeat: str = "docker.elastic.co/beats/filebeat:9.5.2"
    elasticsearch_exporter: str = (
        "quay.io/prometheuscommunity/elasticsearch-exporter:v1.11.0"
        "@sha256:a056739b095df4baaa076f0b31321394233da9a240eeada2623d1b028b7ee7a6"
    )

    def __post_init__(self) -> None:
        for field in fields(self):
            check_image(f"ObservabilityImages.{field.name}", getattr(self, field.name))
