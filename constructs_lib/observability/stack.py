"""The construct of monitoring and logging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.facts.network import End, Outside
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.namespaces import Namespace
from constructs_lib.observability.certificate_checks import check_certificates
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk.filebeat import Filebeat
from constructs_lib.observability.elk.settings import Logs
from constructs_lib.observability.elk.stack import ElasticStack
from constructs_lib.observability.grafana.own_facts import grafana_facts
from constructs_lib.observability.grafana.server import Grafana
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.observability.images import ObservabilityImages
from constructs_lib.observability.part import Part, check_all_were_read
from constructs_lib.observability.prometheus.alerting import Alerting
from constructs_lib.observability.prometheus.alertmanagers import Alertmanagers
from constructs_lib.observability.prometheus.blackbox_exporter import probes_of_hosts
from constructs_lib.observability.prometheus.kube_state_metrics import KubeStateMetrics
from constructs_lib.observability.prometheus.node_exporter import NodeExporter
from constructs_lib.observability.prometheus.prometheus_adapter import PrometheusAdapter
from constructs_lib.observability.prometheus.self_monitoring import prometheus_facts
from constructs_lib.observability.prometheus.server import Prometheus
from constructs_lib.observability.prometheus.settings import MetricsStore
from constructs_lib.observability.sizes import ObservabilitySizes
from constructs_lib.pods.extra_containers import (
    NO_EXTRA_CONTAINERS,
    ExtraContainers,
    check_pods,
)
from constructs_lib.scopes import check_no_namespace


class ObservabilityStack(NamedConstruct):
    """Metrics, alerts, dashboards and logs of the constructs that it watches.

    Args:
        scope: a chart without a namespace.
        id: any name.
        watches: the monitored constructs, whose facts say what they expose, promise and log.
        monitoring: the namespace of metrics, alerts and dashboards.
        logging: the namespace of logs.
        agents: the namespace of the DaemonSets, which mount files of the node. Its Pod
            Security level is ``privileged``, so that the others stay restricted.
        metrics: retention and storage of Prometheus.
        alerting: who is told of alerts, which there are, and where their links lead.
        dashboards: host, sign-on and storage of Grafana.
        logs: retention and storage of logs.
        api_server: the addresses of the API server.
        nodes: the addresses of the nodes, such as ``("10.0.0.0/16",)``.
        internet: the addresses of the public hosts, which are probed; None for no probes.
        host_authority: a Secret in the namespace of metrics with ``ca.crt``, the authority that
            signed the certificates of the public hosts; None for one that is known to all.
        most_nodes: the largest number of nodes that the cluster scales to.
        images: of all servers.
        sizes: replicas and resources of the other servers.
        extra_containers: sidecars and init containers of servers, by their names, such as
            ``prometheus``, and of jobs, such as ``kibana-views``.

    Attributes:
        parts: its servers by name, such as ``prometheus``, each with `objects` of its own.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: no receiver, a retention that does not fit its volume, a
            service level that no metric measures, pods that are monitored twice, or probes
            without a public host.
    """

    parts: Mapping[str, Part]

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
        host_authority: SecretRef | None = None,
        most_nodes: int = 50,
        images: ObservabilityImages = ObservabilityImages(),
        sizes: ObservabilitySizes = ObservabilitySizes(),
        extra_containers: Mapping[str, ExtraContainers] = NO_EXTRA_CONTAINERS,
    ) -> None:
        check_no_namespace(scope)
        context = StackContext(
            monitoring=monitoring,
            logging=logging,
            agents=agents,
            watched=[construct.facts for construct in watches],
            metrics=metrics,
            images=images,
            sizes=sizes,
            api_server=api_server,
            nodes=nodes,
            most_nodes=most_nodes,
            cluster=Cluster.of(scope),
            extra_containers=extra_containers,
        )
        super().__init__(scope, id)
        alertmanagers = Alertmanagers(self, context, alerting=alerting)
        exporters = [KubeStateMetrics(self, context), NodeExporter(self, context)]
        probe = probes_of_hosts(self, context, internet=internet, authority=host_authority)
        adapter = PrometheusAdapter(self, context) if context.scaled else None
        elastic = ElasticStack(self, context, logs=logs)
        parts = [*filter(None, (alertmanagers, *exporters, probe, adapter, *elastic.parts))]
        checks = check_certificates(self, context, elastic.certificates)
        read = _told(context, dashboards, [*(part.facts for part in parts), *checks])
        filebeat = Filebeat(self, context, logs=logs, logstash=elastic.logstash, read=read)
        read.append(filebeat.facts)
        pods, store = alertmanagers.members, elastic.store
        grafana = Grafana(
            self, context, read=read, alertmanagers=pods, logs=store, settings=dashboards
        )
        prometheus = Prometheus(
            self, context, read=read, alertmanagers=alertmanagers, grafana=grafana, blackbox=probe
        )
        self.parts = {part.identity.name: part for part in (*parts, filebeat, grafana, prometheus)}
        self.facts = Facts().joined(*checks, *(part.facts for part in self.parts.values()))
        check_all_were_read(self.facts, read)
        check_pods(extra_containers, [peer.name for peer in self.facts.peers])


def _told(context: StackContext, dashboards: Dashboards, told: Sequence[Facts]) -> list[Facts]:
    """Return what the three read that read what all tell, each other too."""
    return [*context.watched, *told, prometheus_facts(context), grafana_facts(context, dashboards)]
