"""An observability stack as a product word."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import End, Outside, Port
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.names import Identity, NamedConstruct, check_no_namespace
from constructs_lib.namespaces import Namespace, PodSecurity
from constructs_lib.observability.elk.elasticsearch import Elasticsearch
from constructs_lib.observability.elk.exporter import exporter
from constructs_lib.observability.elk.filebeat import Filebeat
from constructs_lib.observability.elk.kibana import Kibana
from constructs_lib.observability.elk.logstash import Logstash
from constructs_lib.observability.elk.settings import Logs
from constructs_lib.observability.grafana.log_store import LogStore
from constructs_lib.observability.grafana.server import Grafana
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.observability.images import ObservabilityImages
from constructs_lib.observability.prometheus.alerting import Alerting
from constructs_lib.observability.prometheus.alertmanagers import Alertmanagers
from constructs_lib.observability.prometheus.blackbox import Blackbox
from constructs_lib.observability.prometheus.custom_metrics import CustomMetrics
from constructs_lib.observability.prometheus.kube_state_metrics import kube_state_metrics
from constructs_lib.observability.prometheus.node_exporter import NODE_METRICS, node_exporter
from constructs_lib.observability.prometheus.server import Prometheus, endpoint, read_by
from constructs_lib.observability.prometheus.settings import MetricsStore
from constructs_lib.pods.service import members_service
from constructs_lib.rules import check_distinct

_KUBELET = Port(name="kubelet", number=10250)


class ObservabilityStack(NamedConstruct):
    """Metrics, alerts, dashboards and logs of what it watches.

    Args:
        scope: a chart without a namespace.
        id: any name.
        watches: the constructs that are watched; each tells what it exposes,
            promises and logs.
        monitoring: the namespace of metrics, alerts and dashboards.
        logging: the namespace of logs.
        agents: the namespace of what runs on every node. It needs the node's own
            files, so that its Pod Security level is ``privileged``; apart from
            the others, these stay restricted.
        metrics: how much Prometheus keeps.
        alerting: who is told of alerts.
        dashboards: where Grafana is, and who may sign in.
        logs: how long lines are searched.
        api_server: where the API server is.
        nodes: the addresses of the nodes, such as ``("10.0.0.0/16",)``.
        internet: where the public addresses of the watched lead, which are asked
            from outside; None for not at all.
        most_nodes: how many nodes the cluster grows to.
        images: what is run.

    Raises:
        ConfigurationError: nobody to tell of an alert, days that the volume does
            not hold, a promise that nobody measures, pods that are watched twice, or
            a way to public addresses that nobody watched has.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        watches: Sequence[Publisher],
        monitoring: Namespace,
        logging: Namespace,
        agents: Namespace,
        metrics: MetricsStore,
        alerting: Alerting,
        dashboards: Dashboards,
        logs: Logs,
        api_server: Outside,
        nodes: Sequence[str],
        internet: End | None = None,
        most_nodes: int = 50,
        images: ObservabilityImages = ObservabilityImages(),
    ) -> None:
        check_no_namespace(scope)
        super().__init__(scope, id)
        if agents.pod_security is not PodSecurity.PRIVILEGED:
            raise ConfigurationError(
                "ObservabilityStack.agents",
                agents.pod_security.value,
                "use PodSecurity.PRIVILEGED: agents read what their node has",
            )
        if agents.name in {monitoring.name, logging.name}:
            raise ConfigurationError(
                "ObservabilityStack.agents",
                agents.name,
                "give agents a namespace of their own, so that the others stay restricted",
            )
        watched = [construct.facts for construct in watches]
        check_distinct(
            "ObservabilityStack.watches",
            [f"{peer.namespace}/{peer.name}" for facts in watched for peer in facts.peers],
        )
        namespaces = sorted(
            {
                monitoring.name,
                logging.name,
                agents.name,
                *(peer.namespace for facts in watched for peer in facts.peers),
            }
        )

        def part(name: str, namespace: Namespace = monitoring) -> Identity:
            return Identity(name=name, namespace=namespace.name, component="observability")

        alertmanagers = Alertmanagers(
            self,
            identity=part("alertmanager"),
            image=images.alertmanager,
            alerting=alerting,
            storage=metrics.storage,
        )
        state = kube_state_metrics(
            self,
            part("kube-state-metrics"),
            image=images.kube_state_metrics,
            namespaces=namespaces,
            api_server=api_server,
        )
        on_nodes = node_exporter(
            self, part("node-exporter", agents), image=images.node_exporter, most_nodes=most_nodes
        )
        hosts = sorted({host for facts in watched for host in facts.hosts})
        blackbox = (
            Blackbox(
                self,
                identity=part("blackbox"),
                image=images.blackbox_exporter,
                internet=internet,
                hosts=hosts,
            )
            if internet
            else None
        )
        parts = [alertmanagers.facts, state, on_nodes, *([blackbox.facts] if blackbox else [])]
        prometheus = part("prometheus")
        scaled = [facts for facts in watched if facts.pod_metrics]
        if scaled:
            adapter = CustomMetrics(
                self,
                identity=part("prometheus-adapter"),
                image=images.prometheus_adapter,
                scaled=scaled,
                prometheus=endpoint(prometheus),
                scrape_seconds=metrics.scrape_seconds,
                api_server=api_server,
            )
            parts.append(adapter.facts)
        elasticsearch = Elasticsearch(
            self, identity=part("elasticsearch", logging), image=images.elasticsearch, logs=logs
        )
        self._dns_names = (
            "localhost",
            elasticsearch.endpoint.host,
            f"*.{members_service('elasticsearch')}.{logging.name}.svc.cluster.local",
            part("logstash", logging).dns_name,
            part("kibana", logging).dns_name,
        )
        logstash = Logstash(
            self,
            identity=part("logstash", logging),
            image=images.logstash,
            logs=logs,
            elasticsearch=elasticsearch,
        )
        kibana = Kibana(
            self,
            identity=part("kibana", logging),
            image=images.kibana,
            tools=images.elasticsearch,
            logs=logs,
            elasticsearch=elasticsearch,
        )
        filebeat = Filebeat(
            self,
            identity=part("filebeat", agents),
            image=images.filebeat,
            logs=logs,
            logstash=logstash,
            watched=watched,
            api_server=api_server,
            most_nodes=most_nodes,
        )
        search = exporter(
            self,
            part("elasticsearch-exporter", logging),
            image=images.elasticsearch_exporter,
            logs=logs,
            elasticsearch=elasticsearch,
        )
        parts += [elasticsearch.facts, logstash.facts, kibana.facts, filebeat.facts, search]
        grafana = Grafana(
            self,
            "grafana",
            namespace=monitoring,
            image=images.grafana,
            watches=[*watched, *parts, read_by(prometheus)],
            prometheus=endpoint(prometheus),
            alertmanagers=alertmanagers.members,
            logs=LogStore(endpoint=elasticsearch.endpoint, secret=logs.secrets.reader),
            settings=dashboards,
            scrape_seconds=metrics.scrape_seconds,
        )
        parts.append(grafana.facts)
        server = Prometheus(
            self,
            identity=prometheus,
            image=images.prometheus,
            store=metrics,
            alerting=alerting,
            watched=[*watched, search],
            read=[*watched, *parts],
            namespaces=namespaces,
            alertmanagers=alertmanagers.members,
            blackbox=blackbox.endpoint if blackbox else None,
            sites=[f"https://{host}" for host in hosts] if blackbox else [],
            api_server=api_server,
            nodes=Outside(name="nodes", cidrs=tuple(nodes), ports=(_KUBELET, NODE_METRICS)),
        )
        self._facts = Facts().joined(*parts, server.facts)

    @property
    def dns_names(self) -> tuple[str, ...]:
        """The names that the certificate of its logging must be for."""
        return self._dns_names

    @property
    def facts(self) -> Facts:
        """What the others need to know."""
        return self._facts
