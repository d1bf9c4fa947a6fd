"""Arguments that all parts of an observability stack share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs_lib.cluster import Cluster
from constructs_lib.errors import reject
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import End, Outside, Peer, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.routes import PublicRoute
from constructs_lib.labels import Identity
from constructs_lib.namespaces import Namespace, PodSecurity
from constructs_lib.observability.images import ObservabilityImages
from constructs_lib.observability.prometheus.settings import MetricsStore
from constructs_lib.observability.sizes import ObservabilitySizes
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.rules import check_distinct
from constructs_lib.values import Value

_USUAL_FORMATS = (
    *(LogFormat.JSON, LogFormat.PYTHON, LogFormat.NODE, LogFormat.POSTGRES),
    LogFormat.PLAIN,
)


class StackContext(Value):
    """Namespaces, images, sizes and monitored constructs of an observability stack.

    Args:
        monitoring: the namespace of metrics, alerts and dashboards.
        logging: the namespace of logs.
        agents: the namespace of the DaemonSets.
        watched: the facts of the monitored constructs.
        metrics: retention and storage of metrics.
        images: of all servers.
        sizes: replicas and resources of each part.
        api_server: the addresses of the API server.
        nodes: the addresses of the nodes.
        most_nodes: the largest number of nodes that the cluster scales to.
        cluster: its domain, DNS and address family.
        extra_containers: sidecars and init containers of the servers, by their names.

    Raises:
        ConfigurationError: agents in a shared namespace or in one that is not privileged,
            or pods that are monitored twice.
    """

    monitoring: Namespace
    logging: Namespace
    agents: Namespace
    watched: Sequence[Facts]
    metrics: MetricsStore
    images: ObservabilityImages
    sizes: ObservabilitySizes
    api_server: Outside
    nodes: Sequence[str]
    most_nodes: int
    cluster: Cluster
    extra_containers: Mapping[str, ExtraContainers]

    def __post_init__(self) -> None:
        if self.agents.pod_security is not PodSecurity.PRIVILEGED:
            reject(
                "ObservabilityStack.agents",
                self.agents.pod_security.value,
                "use PodSecurity.PRIVILEGED: agents read what their node has",
            )
        if self.agents.name in {self.monitoring.name, self.logging.name}:
            reject(
                "ObservabilityStack.agents",
                self.agents.name,
                "give agents a namespace of their own, so that the others stay restricted",
            )
        check_distinct(
            "ObservabilityStack.watches",
            [f"{peer.namespace}/{peer.name}" for facts in self.watched for peer in facts.peers],
        )

    @property
    def namespaces(self) -> list[str]:
        """The namespaces of the stack and of the monitored constructs."""
        own = {self.monitoring.name, self.logging.name, self.agents.name}
        return sorted(own.union(peer.namespace for facts in self.watched for peer in facts.peers))

    def peer(self, identity: Identity, ports: Sequence[Port]) -> Peer:
        """Return the pods of a part that is not made yet.

        Args:
            identity: of the part.
            ports: of its own containers.
        """
        extra = self.extra_containers.get(identity.name, ExtraContainers())
        beside = (port for container in extra.sidecars for port in container.ports)
        return Peer(
            name=identity.name,
            namespace=identity.namespace,
            selector=identity.labels,
            ports=(*ports, *beside),
        )

    def dns_name(self, identity: Identity) -> str:
        """Return the DNS name of the Service of a part."""
        return self.cluster.dns_name(identity.name, identity.namespace)

    @property
    def scaled(self) -> list[Facts]:
        """The constructs whose autoscalers ask the Prometheus adapter for metrics."""
        return [
            facts
            for facts in self.watched
            if facts.pod_metrics or (facts.external_metrics and not facts.metric_readers)
        ]

    @property
    def metric_readers(self) -> list[End]:
        """Who else asks Prometheus for autoscalers."""
        readers: list[End] = []
        for reader in (reader for facts in self.watched for reader in facts.metric_readers):
            if reader not in readers:
                readers.append(reader)
        return readers

    @property
    def log_formats(self) -> list[LogFormat]:
        """The formats of all lines that are read, its own servers' too."""
        formats = {each.name: each for each in _USUAL_FORMATS}
        for each in (said.format for facts in self.watched for said in facts.logs):
            if formats.setdefault(each.name, each) != each:
                reject("LogFormat.name", each.name, "give another format another name")
        return list(formats.values())

    @property
    def sites(self) -> list[str]:
        """The public hosts whose front page is asked for: one name each, with TLS."""
        return sorted({route.host_name for route in self._encrypted if route.is_site})

    @property
    def doors(self) -> list[str]:
        """Those without one, such as of an API or gRPC: a connection with TLS is asked for."""
        return sorted({route.host_name for route in self._encrypted} - {*self.sites})

    @property
    def _encrypted(self) -> list[PublicRoute]:
        routes = (route for facts in self.watched for route in facts.routes)
        return [r for r in routes if r.scheme == "https" and not r.host_name.startswith("*")]
