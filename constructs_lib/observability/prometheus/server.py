"""Prometheus: replicas that scrape the same targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.network import Call, Outside, Peer
from constructs_lib.facts.published import Facts
from constructs_lib.facts.rbac import KubernetesPermissions, PolicyRule, Verb
from constructs_lib.facts.scraping import ScrapeAuthorization
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.grafana.server import Grafana
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.observability.prometheus import kubelets
from constructs_lib.observability.prometheus.alertmanagers import Alertmanagers
from constructs_lib.observability.prometheus.blackbox_exporter import BlackboxExporter
from constructs_lib.observability.prometheus.node_exporter import NODE_METRICS
from constructs_lib.observability.prometheus.remote_write import CREDENTIALS
from constructs_lib.observability.prometheus.rules import rule_files
from constructs_lib.observability.prometheus.scraping import RULES, prometheus_yaml
from constructs_lib.observability.prometheus.self_monitoring import HTTP, prometheus_facts
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.configuration import ReloadedFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.csi_secrets import mounted
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.rbac import cluster_role, namespaced_role
from constructs_lib.pods.secrets import SecretMount
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.pods.volume_claims import Data

_DATA = "/prometheus"
_DISCOVERY = (Verb.LIST, Verb.WATCH)
_PODS = PolicyRule(resources=("pods",), verbs=_DISCOVERY)
_NODES = (
    PolicyRule(resources=("nodes",), verbs=_DISCOVERY),
    PolicyRule(resources=("nodes/metrics",), verbs=(Verb.GET,)),
)


class Prometheus(Part):
    """A StatefulSet of replicas that scrape the same targets and evaluate the same rules.

    Pods are discovered by their labels, in the namespaces of the monitored constructs only.
    A changed configuration is reloaded without a restart.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        read: the facts of all constructs and parts, its own too, whose service levels and
            alerts become rules.
        alertmanagers: that receive alerts, with what is told of them.
        grafana: whose dashboards alerts link to.
        blackbox: the blackbox exporter; None for no probes.
    """

    def __init__(
        self,
        scope: Construct,
        context: StackContext,
        *,
        read: Sequence[Facts],
        alertmanagers: Alertmanagers,
        grafana: Grafana,
        blackbox: BlackboxExporter | None,
    ) -> None:
        super().__init__(scope, identity_of("prometheus", context.monitoring))
        endpoints = [endpoint for facts in read for endpoint in facts.metrics]
        said = [each.authorization for each in endpoints]
        said += [store.authorization for store in context.metrics.remote_write]
        alerting = alertmanagers.alerting
        rules = rule_files(read, alerting=alerting, dashboards=grafana.dashboard_addresses)
        configuration = prometheus_yaml(
            endpoints,
            store=context.metrics,
            rules=rules,
            alertmanagers=alertmanagers.members,
            blackbox=blackbox,
            cluster=context.cluster,
        )
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            containers=[
                _process(context, configuration, rules, _credentials(said), alerting.prometheus_url)
            ],
            placement=context.metrics.placement,
            permissions=KubernetesPermissions(rules=(_PODS,), api_server=context.api_server),
            grace_period_seconds=300,
        )
        pod = extended(pod, context.extra_containers)
        made = stateful_set(self, pod, replicas=context.metrics.servers)
        service = cluster_ip_service(
            self, pod.peer, ports={HTTP.name: HTTP.number}, session_affinity="ClientIP"
        )
        others = {each.peer.namespace for each in endpoints} - {self.identity.namespace}
        for scraped in sorted(others):
            namespaced_role(self, self.identity, scraped, [_PODS])
        cluster_role(self, self.identity, _NODES)
        asked = [alertmanagers.members[0], *([blackbox.endpoint] if blackbox else [])]
        called = Facts(
            calls=(
                *_calls(pod.peer, context, endpoints),
                *(each.called_by(pod.peer) for each in asked),
            )
        )
        self.facts = made.joined(service, prometheus_facts(context), called)


def _calls(
    peer: Peer, context: StackContext, endpoints: Sequence[MetricsEndpoint]
) -> Iterator[Call]:
    """Yield the calls to what is scraped, and to the stores that samples are sent to."""
    ports = (kubelets.PORT, NODE_METRICS)
    nodes = Outside(name="nodes", cidrs=tuple(context.nodes), ports=ports)
    for endpoint in endpoints:
        # Pods in the network of their node are reached as the node is.
        if endpoint.port not in [port.name for port in ports]:
            yield Call(source=peer, target=endpoint.peer, port=endpoint.port)
    for port in ports:
        yield Call(source=peer, target=nodes, port=port.name)
    for store in context.metrics.remote_write:
        for port in store.target.ports:
            yield Call(source=peer, target=store.target, port=port.name)


def _credentials(said: Sequence[ScrapeAuthorization | None]) -> Sequence[SecretMount]:
    """Return the Secrets of endpoints and stores, each once and with all its keys."""
    keys: dict[str, SecretRef] = {}
    for each in said:
        if each is not None:
            first = keys.setdefault(each.secret.name, each.secret)
            every = tuple(dict.fromkeys((*first.keys, *each.secret.keys)))
            keys[each.secret.name] = replace(first, keys=every)
    return [mounted(keys[name], f"{CREDENTIALS}/{name}") for name in sorted(keys)]


def _process(
    context: StackContext,
    configuration: str,
    rules: Mapping[str, str],
    credentials: Sequence[SecretMount],
    url: str,
) -> Container:
    store = context.metrics
    return Container(
        name="prometheus",
        image=context.images.prometheus,
        resources=store.resources,
        args=[
            "--config.file=/etc/prometheus/config/prometheus.yml",
            "--config.auto-reload",
            "--config.auto-reload-interval=30s",
            "--log.format=json",
            f"--web.external-url={url}",
            "--web.route-prefix=/",
            f"--storage.tsdb.path={_DATA}",
            f"--storage.tsdb.retention.time={store.retention_days}d",
            f"--storage.tsdb.retention.size={store.retention_bytes}B",
        ],
        ports=[HTTP],
        pod_env={"POD_NAME": "metadata.name"},
        volumes=[
            ApiToken(),
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
            *credentials,
            Data(name="data", mount_path=_DATA, storage_class=store.storage, size=store.size),
        ],
        # What was not yet in a block is read from the log first, which takes minutes.
        startup=Probe(check=HttpCheck(path="/-/ready"), port=HTTP.number, failure_threshold=90),
        readiness=Probe(check=HttpCheck(path="/-/ready"), port=HTTP.number),
        liveness=Probe(check=HttpCheck(path="/-/healthy"), port=HTTP.number, failure_threshold=6),
    )
