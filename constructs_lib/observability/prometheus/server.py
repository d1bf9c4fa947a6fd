"""Prometheus: two servers that read the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.access import READ, Access, KubernetesAccess, Verb
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.network import Call, Outside, Peer, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.names import Identity, NamedConstruct
from constructs_lib.observability.exposed import metric_names
from constructs_lib.observability.prometheus.alerting import Alerting
from constructs_lib.observability.prometheus.rules import rule_files
from constructs_lib.observability.prometheus.scraping import KUBELET_METRICS, RULES, prometheus_yaml
from constructs_lib.observability.prometheus.settings import MetricsStore
from constructs_lib.pods.cluster_access import grant_everywhere, grant_in
from constructs_lib.pods.configuration import ReloadedFiles
from constructs_lib.pods.probes import HttpCheck
from constructs_lib.pods.process import Probe, Process
from constructs_lib.pods.server_pod import ServerPod
from constructs_lib.pods.server_volumes import Data
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.stateful_set import stateful_set

HTTP = Port(name="http", number=9090)
_DATA = "/prometheus"
_METRICS = (
    "prometheus_config_last_reload_successful",
    "prometheus_notifications_dropped_total",
    "prometheus_notifications_errors_total",
    "prometheus_notifications_sent_total",
    "prometheus_rule_evaluation_failures_total",
    "prometheus_rule_group_iterations_missed_total",
    "prometheus_rule_group_last_duration_seconds",
    "prometheus_rule_group_interval_seconds",
    "prometheus_sd_discovered_targets",
    "prometheus_target_scrapes_exceeded_sample_limit_total",
    "prometheus_tsdb_compactions_failed_total",
    "prometheus_tsdb_head_samples_appended_total",
    "prometheus_tsdb_head_series",
    "prometheus_tsdb_storage_blocks_bytes",
    "prometheus_tsdb_wal_storage_size_bytes",
)


def endpoint(identity: Identity) -> HttpEndpoint:
    """Return where Prometheus answers queries."""
    return HttpEndpoint(
        host=identity.dns_name, port=HTTP.number, target=peer(identity), target_port=HTTP.name
    )


def own_metrics(identity: Identity) -> MetricsEndpoint:
    """Return where Prometheus tells of itself."""
    return MetricsEndpoint(peer=peer(identity), port=HTTP.name, path="/metrics", names=_METRICS)


def read_by(identity: Identity) -> Facts:
    """Return what Prometheus reads besides the metrics of the watched: its own, and the nodes'."""
    return Facts(metrics=(own_metrics(identity),), foreign_metrics=KUBELET_METRICS)


def peer(identity: Identity) -> Peer:
    """Return the servers, as others reach them."""
    return Peer(
        name=identity.name,
        namespace=identity.namespace,
        selector=identity.labels,
        ports=(HTTP,),
    )


class Prometheus(NamedConstruct):
    """Two servers that scrape the same and evaluate the same rules.

    They find pods in the namespaces of the watched only, by the labels of each.
    A changed configuration is read without a restart.

    Args:
        scope: an observability stack.
        identity: of the servers.
        image: what they run.
        store: how much they keep.
        alerting: where runbooks are.
        watched: the constructs whose promises and alerts become rules.
        read: the facts of all that is read, besides themselves.
        namespaces: all that the platform lives in.
        alertmanagers: all that are told.
        blackbox: what asks public addresses; None for nothing.
        sites: those addresses.
        api_server: where the API server is.
        nodes: the addresses of the nodes, with the port of the kubelet.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        identity: Identity,
        image: str,
        store: MetricsStore,
        alerting: Alerting,
        watched: Sequence[Facts],
        read: Sequence[Facts],
        namespaces: Sequence[str],
        alertmanagers: Sequence[HttpEndpoint],
        blackbox: HttpEndpoint | None,
        sites: Sequence[str],
        api_server: Outside,
        nodes: Outside,
    ) -> None:
        super().__init__(scope, identity.name)
        own = own_metrics(identity)
        every = [*(endpoint for facts in read for endpoint in facts.metrics), own]
        rules = rule_files(
            watched,
            namespaces=namespaces,
            alerting=alerting,
            series=store.series,
            exposed=metric_names([*read, read_by(identity)]),
        )
        configuration = prometheus_yaml(
            every,
            store=store,
            rules=rules,
            alertmanagers=[f"{each.host}:{each.port}" for each in alertmanagers],
            sites=sites,
            blackbox="" if blackbox is None else f"{blackbox.host}:{blackbox.port}",
        )
        process = Process(
            name="prometheus",
            image=image,
            resources=store.resources,
            args=[
                "--config.file=/etc/prometheus/config/prometheus.yml",
                "--config.auto-reload",
                "--config.auto-reload-interval=30s",
                f"--storage.tsdb.path={_DATA}",
                f"--storage.tsdb.retention.time={store.retention_days}d",
                f"--storage.tsdb.retention.size={store.retention_bytes}B",
            ],
            ports=[HTTP],
            pod_env={"POD_NAME": "metadata.name"},
            volumes=[
                ReloadedFiles(
                    name="configuration",
                    files={"prometheus.yml": configuration},
                    mount_path="/etc/prometheus/config",
                ),
                *(
                    # Each apart: a ConfigMap holds those of some fifteen constructs at most.
                    ReloadedFiles(
                        name=f"rules-{name}",
                        files={f"{name}.yaml": text},
                        mount_path=f"{RULES}/{name}",
                    )
                    for name, text in rules.items()
                ),
                Data(name="data", mount_path=_DATA, tier=store.storage, size=store.size),
            ],
            # What was not yet in a block is read from the log first, which takes minutes.
            startup=Probe(check=HttpCheck(path="/-/ready"), port=HTTP.number, failure_threshold=90),
            readiness=Probe(check=HttpCheck(path="/-/ready"), port=HTTP.number),
            liveness=Probe(
                check=HttpCheck(path="/-/healthy"), port=HTTP.number, failure_threshold=6
            ),
        )
        pods = Access(resources=("pods",), verbs=READ)
        pod = ServerPod(
            identity=identity,
            processes=[process],
            placement=store.placement,
            access=KubernetesAccess(rules=(pods,), api_server=api_server),
            grace_period_seconds=300,
        )
        facts = stateful_set(self, pod, replicas=2)
        cluster_ip_service(
            self, pod.peer, ports={HTTP.name: HTTP.number}, session_affinity="ClientIP"
        )
        scraped = sorted({endpoint.peer.namespace for endpoint in every} - {identity.namespace})
        for namespace in scraped:
            grant_in(self, identity, namespace, [pods])
        grant_everywhere(
            self,
            identity,
            [
                Access(resources=("nodes",), verbs=READ),
                Access(resources=("nodes/metrics",), verbs=(Verb.GET,)),
            ],
        )
        self._facts = replace(
            facts,
            metrics=(own,),
            foreign_metrics=KUBELET_METRICS,
            calls=(
                *facts.calls,
                # Pods in the network of their node are reached as the node is.
                *(
                    Call(source=pod.peer, target=endpoint.peer, port=endpoint.port)
                    for endpoint in every
                    if not _on_nodes(endpoint, nodes)
                ),
                *(Call(source=pod.peer, target=nodes, port=port.name) for port in nodes.ports),
                alertmanagers[0].called_by(pod.peer),
                *([blackbox.called_by(pod.peer)] if blackbox else []),
            ),
        )

    @property
    def facts(self) -> Facts:
        """What the others need to know."""
        return self._facts


def _on_nodes(endpoint: MetricsEndpoint, nodes: Outside) -> bool:
    return endpoint.port in [port.name for port in nodes.ports]
