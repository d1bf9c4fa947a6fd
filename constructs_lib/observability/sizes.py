"""Replicas and resources of the servers of an observability stack."""

from __future__ import annotations

from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_range
from constructs_lib.values import Value

_SMALL = Resources(cpu="50m", memory="64Mi", ephemeral_storage="64Mi")


class Servers(Value):
    """Replicas and resources of a server.

    Args:
        count: the replicas. A single one is unavailable from the loss of its node until its
            replacement runs.
        resources: of each.

    Raises:
        ConfigurationError: none, or more than 100.
    """

    count: int
    resources: Resources

    def __post_init__(self) -> None:
        check_range("Servers.count", self.count, 1, 100)


class ObservabilitySizes(Value):
    """Replicas and resources of the servers that no other value describes.

    Those of Prometheus are in `MetricsStore`, of Elasticsearch in `Logs`, of Grafana in
    `Dashboards`.

    Args:
        alertmanager: sends notifications.
        kube_state_metrics: exports metrics of objects; more objects need more memory.
        node_exporter: of each node.
        blackbox_exporter: probes public addresses.
        prometheus_adapter: serves metrics to autoscalers.
        logstash: parses logs; half of the memory is heap.
        kibana: shows logs; three quarters of the memory are heap.
        filebeat: of each node.
        elasticsearch_exporter: exports metrics of Elasticsearch.
    """

    alertmanager: Servers = Servers(
        count=3, resources=Resources(cpu="50m", memory="128Mi", ephemeral_storage="64Mi")
    )
    kube_state_metrics: Resources = Resources(cpu="50m", memory="256Mi", ephemeral_storage="64Mi")
    node_exporter: Resources = _SMALL
    blackbox_exporter: Resources = _SMALL
    prometheus_adapter: Servers = Servers(
        count=2, resources=Resources(cpu="100m", memory="256Mi", ephemeral_storage="64Mi")
    )
    logstash: Servers = Servers(
        count=2,
        resources=Resources(cpu="500m", cpu_limit="4", memory="2Gi", ephemeral_storage="512Mi"),
    )
    kibana: Servers = Servers(
        count=2, resources=Resources(cpu="500m", memory="2Gi", ephemeral_storage="512Mi")
    )
    filebeat: Resources = Resources(cpu="100m", memory="384Mi", ephemeral_storage="128Mi")
    elasticsearch_exporter: Resources = Resources(
        cpu="50m", memory="96Mi", ephemeral_storage="64Mi"
    )
