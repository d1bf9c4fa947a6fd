"""How many servers of a kind an observability stack runs, and what each is given."""

from __future__ import annotations

from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_range
from constructs_lib.values import Value

_SMALL = Resources(cpu="50m", memory="64Mi", ephemeral_storage="64Mi")


class Servers(Value):
    """Servers of one kind.

    Args:
        count: how many. One alone is away while its node is lost, until another runs
            elsewhere.
        resources: of each.

    Raises:
        ConfigurationError: none, or more than 100.
    """

    count: int
    resources: Resources

    def __post_init__(self) -> None:
        check_range("Servers.count", self.count, 1, 100)


class ObservabilitySizes(Value):
    """What each part of an observability stack is given that no other value says.

    `MetricsStore` says it of Prometheus, `Logs` of Elasticsearch and `Dashboards` of
    Grafana.

    Args:
        alertmanager: servers that send each message once.
        kube_state_metrics: tells of objects; more of them take more memory.
        node_exporter: on each node.
        blackbox_exporter: asks public addresses.
        prometheus_adapter: servers that answer autoscalers.
        logstash: servers that parse lines; half of their memory is heap.
        kibana: servers; three quarters of their memory are heap.
        filebeat: on each node.
        elasticsearch_exporter: tells of Elasticsearch.
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
