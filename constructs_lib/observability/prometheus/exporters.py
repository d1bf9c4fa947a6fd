"""What tells Prometheus of the cluster, of its nodes, and of how the site looks from outside."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cdk8s import Yaml
from constructs import Construct

from constructs_lib.facts.access import Access, KubernetesAccess, Verb
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.network import Call, End, Outside, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.names import Identity
from constructs_lib.observability.rights import grant_everywhere, grant_in
from constructs_lib.servers.daemon_set import daemon_set
from constructs_lib.servers.deployment import deployment
from constructs_lib.servers.hardening import NodeAgent
from constructs_lib.servers.pod import ServerPod
from constructs_lib.servers.process import Probe, Process
from constructs_lib.servers.service import cluster_ip_service
from constructs_lib.servers.volumes import HostDirectory
from constructs_lib.workload.configuration import ConfigFiles
from constructs_lib.workload.placement import Placement, Toleration
from constructs_lib.workload.probes import HttpCheck
from constructs_lib.workload.resources import Resources

_SMALL = Resources(cpu="50m", memory="64Mi", ephemeral_storage="64Mi")
_NOBODY = 65534

NODE_METRICS = Port(name="node-metrics", number=9100)
_NODE_METRICS = (
    "node_cpu_seconds_total",
    "node_disk_io_time_seconds_total",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_load1",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
    "node_network_receive_bytes_total",
    "node_network_receive_drop_total",
    "node_network_transmit_bytes_total",
    "node_pressure_cpu_waiting_seconds_total",
    "node_pressure_io_waiting_seconds_total",
    "node_pressure_memory_waiting_seconds_total",
    "node_uname_info",
    "node_vmstat_pgmajfault",
)

# What kube-state-metrics is asked for, by API group. Neither Secrets nor ConfigMaps:
# who may list them may read them.
_IN_NAMESPACES = {
    "": ("persistentvolumeclaims", "pods", "resourcequotas", "services"),
    "apps": ("daemonsets", "deployments", "replicasets", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs", "jobs"),
    "policy": ("poddisruptionbudgets",),
}
_OF_CLUSTER = {"": ("namespaces", "nodes")}
_STATE_METRICS = (
    "kube_cronjob_status_last_successful_time",
    "kube_daemonset_status_number_unavailable",
    "kube_deployment_spec_replicas",
    "kube_deployment_status_condition",
    "kube_deployment_status_replicas_available",
    "kube_horizontalpodautoscaler_spec_max_replicas",
    "kube_horizontalpodautoscaler_spec_min_replicas",
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_horizontalpodautoscaler_status_desired_replicas",
    "kube_job_status_failed",
    "kube_node_info",
    "kube_node_status_allocatable",
    "kube_node_status_condition",
    "kube_persistentvolumeclaim_resource_requests_storage_bytes",
    "kube_pod_container_resource_limits",
    "kube_pod_container_resource_requests",
    "kube_pod_container_status_last_terminated_reason",
    "kube_pod_container_status_ready",
    "kube_pod_container_status_restarts_total",
    "kube_pod_container_status_waiting_reason",
    "kube_pod_info",
    "kube_pod_status_phase",
    "kube_pod_status_ready",
    "kube_poddisruptionbudget_status_pod_disruptions_allowed",
    "kube_resourcequota",
    "kube_statefulset_replicas",
    "kube_statefulset_status_replicas_ready",
)

_BLACKBOX_METRICS = (
    "probe_duration_seconds",
    "probe_http_status_code",
    "probe_ssl_earliest_cert_expiry",
    "probe_success",
)


def kube_state_metrics(
    scope: Construct,
    identity: Identity,
    *,
    image: str,
    namespaces: Sequence[str],
    api_server: Outside,
) -> Facts:
    """Make what tells of the objects in these namespaces, and of the nodes.

    Args:
        scope: where it is made.
        identity: of the server.
        image: what it runs.
        namespaces: whose objects.
        api_server: where the API server is.
    """
    scope = Construct(scope, f"{identity.name}-rights")
    asked = itertools.chain(*_IN_NAMESPACES.values(), *_OF_CLUSTER.values())
    http, telemetry = Port(name="http", number=8080), Port(name="telemetry", number=8081)
    process = Process(
        name="kube-state-metrics",
        image=image,
        resources=Resources(cpu="50m", memory="256Mi", ephemeral_storage="64Mi"),
        args=[
            f"--port={http.number}",
            f"--telemetry-port={telemetry.number}",
            f"--resources={','.join(sorted(asked))}",
            f"--namespaces={','.join(sorted(namespaces))}",
        ],
        ports=[http, telemetry],
        readiness=Probe(check=HttpCheck(path="/readyz"), port=telemetry.number),
        liveness=Probe(check=HttpCheck(path="/livez"), port=http.number),
    )
    own = _list(_IN_NAMESPACES)
    pod = ServerPod(
        identity=identity,
        processes=[process],
        access=KubernetesAccess(rules=own, api_server=api_server),
    )
    facts = deployment(scope, pod, replicas=1)
    for namespace in sorted(set(namespaces) - {identity.namespace}):
        grant_in(scope, identity, namespace, own)
    grant_everywhere(scope, identity, _list(_OF_CLUSTER))
    endpoint = MetricsEndpoint(
        peer=pod.peer, port=http.name, path="/metrics", names=_STATE_METRICS, about_others=True
    )
    return replace(facts, metrics=(endpoint,))


def node_exporter(scope: Construct, identity: Identity, *, image: str, most_nodes: int) -> Facts:
    """Make what tells of each node; it sees the node, and nothing of it can be changed.

    Args:
        scope: where it is made.
        identity: of the agents.
        image: what they run.
        most_nodes: how many nodes the cluster grows to.
    """
    process = Process(
        name="node-exporter",
        image=image,
        resources=_SMALL,
        args=[
            f"--web.listen-address=$(HOST_IP):{NODE_METRICS.number}",
            "--path.procfs=/host/root/proc",
            "--path.rootfs=/host/root",
            "--path.sysfs=/host/root/sys",
            "--path.udev.data=/host/root/run/udev/data",
            "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run/.+|var/lib/.+)($|/)",
            "--collector.netclass.ignored-devices=^(veth.*|[a-f0-9]{15})$",
            "--collector.netdev.device-exclude=^(veth.*|[a-f0-9]{15})$",
        ],
        ports=[NODE_METRICS],
        pod_env={"HOST_IP": "status.hostIP"},
        volumes=[HostDirectory(name="root", path="/", mount_path="/host/root")],
        readiness=Probe(check=HttpCheck(path="/"), port=NODE_METRICS.number),
        liveness=Probe(check=HttpCheck(path="/"), port=NODE_METRICS.number),
    )
    pod = ServerPod(
        identity=identity,
        processes=[process],
        hardening=NodeAgent(run_as_user=_NOBODY, run_as_group=_NOBODY),
        placement=Placement(
            tolerations=(Toleration(key=None),), priority_class="system-node-critical"
        ),
        host_network=True,
        host_pid=True,
    )
    facts = daemon_set(scope, pod, most_nodes=most_nodes)
    endpoint = MetricsEndpoint(
        peer=pod.peer, port=NODE_METRICS.name, path="/metrics", names=_NODE_METRICS
    )
    return replace(facts, metrics=(endpoint,))


class Blackbox(Construct):
    """Asks the public addresses, as a visitor does.

    Args:
        scope: an observability stack.
        identity: of the server.
        image: what it runs.
        internet: where the addresses lead.
    """

    def __init__(self, scope: Construct, *, identity: Identity, image: str, internet: End) -> None:
        super().__init__(scope, identity.name)
        http = Port(name="http", number=9115)
        site = {
            "prober": "http",
            "timeout": "10s",
            "http": {"fail_if_not_ssl": True, "preferred_ip_protocol": "ip4"},
        }
        process = Process(
            name="blackbox",
            image=image,
            resources=_SMALL,
            args=["--config.file=/etc/blackbox/blackbox.yml"],
            ports=[http],
            volumes=[
                ConfigFiles(
                    name="configuration",
                    files={"blackbox.yml": Yaml.stringify({"modules": {"site": site}})},
                    mount_path="/etc/blackbox",
                )
            ],
            readiness=Probe(check=HttpCheck(path="/-/healthy"), port=http.number),
            liveness=Probe(check=HttpCheck(path="/-/healthy"), port=http.number),
        )
        pod = ServerPod(identity=identity, processes=[process])
        facts = deployment(self, pod, replicas=1)
        cluster_ip_service(self, pod.peer, ports={http.name: http.number})
        self._facts = replace(
            facts,
            metrics=(
                MetricsEndpoint(
                    peer=pod.peer,
                    port=http.name,
                    path="/metrics",
                    names=_BLACKBOX_METRICS,
                ),
            ),
            calls=tuple(
                Call(source=pod.peer, target=internet, port=port.name) for port in internet.ports
            ),
        )
        self.endpoint = HttpEndpoint(
            host=identity.dns_name, port=http.number, target=pod.peer, target_port=http.name
        )

    @property
    def facts(self) -> Facts:
        """What the others need to know."""
        return self._facts


def _list(resources: Mapping[str, tuple[str, ...]]) -> tuple[Access, ...]:
    return tuple(
        Access(api_group=group, resources=names, verbs=(Verb.LIST, Verb.WATCH))
        for group, names in resources.items()
    )
