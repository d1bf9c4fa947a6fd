"""The node exporter: metrics of each node."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.network import Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.labels import Identity
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.observability.prometheus.node_exporter_dashboard import dashboard
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.daemon_set import daemon_set
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.hardening import NodeAgent
from constructs_lib.pods.placement import Placement, Toleration
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.volumes import HostDirectory

# No image of the platform has this user: as one that others share it could read their processes.
_USER = 10100

# A disk of the runtime's own is told of; what it mounts for each pod is not.
_MOUNTS_OF_PODS = "^/(dev|proc|sys|run/.+|var/lib/(containers/storage|docker|kubelet)/.+)($|/)"

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


_ALERT = AlertRule(
    name="NodeFilesystemAlmostOutOfSpace",
    expression='node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / '
    'node_filesystem_size_bytes{fstype!~"tmpfs|overlay"} < 0.1',
    for_seconds=1800,
    severity=Severity.TICKET,
    summary="{{ $labels.mountpoint }} of {{ $labels.node }} is nearly full.",
    runbook="nodes",
)


class NodeExporter(Part):
    """The DaemonSet of the node exporter, which mounts the node read-only.

    Args:
        scope: an observability stack.
        context: shared by all parts.
    """

    def __init__(self, scope: Construct, context: StackContext) -> None:
        super().__init__(scope, identity_of("node-exporter", context.agents))
        pod = _pod(self.identity, context)
        pod = extended(pod, context.extra_containers)
        endpoint = MetricsEndpoint(
            peer=pod.peer, port=NODE_METRICS.name, path="/metrics", names=_NODE_METRICS
        )
        made = daemon_set(self, pod, most_nodes=context.most_nodes)
        told = Facts(metrics=(endpoint,), alerts=(_ALERT,), dashboards=(dashboard(),))
        self.facts = made.joined(told)


def _pod(identity: Identity, context: StackContext) -> Pod:
    address = context.cluster.addresses.with_port("$(HOST_IP)", NODE_METRICS.number)
    process = Container(
        name="node-exporter",
        image=context.images.node_exporter,
        resources=context.sizes.node_exporter,
        args=[
            f"--web.listen-address={address}",
            "--log.format=json",
            "--path.procfs=/host/root/proc",
            "--path.rootfs=/host/root",
            "--path.sysfs=/host/root/sys",
            "--path.udev.data=/host/root/run/udev/data",
            f"--collector.filesystem.mount-points-exclude={_MOUNTS_OF_PODS}",
            "--collector.netclass.ignored-devices=^(veth.*|[a-f0-9]{15})$",
            "--collector.netdev.device-exclude=^(veth.*|[a-f0-9]{15})$",
        ],
        ports=[NODE_METRICS],
        pod_env={"HOST_IP": "status.hostIP"},
        volumes=[HostDirectory(name="root", path="/", mount_path="/host/root")],
        readiness=Probe(check=HttpCheck(path="/"), port=NODE_METRICS.number),
        liveness=Probe(check=HttpCheck(path="/"), port=NODE_METRICS.number),
    )
    return Pod(
        identity=identity,
        importance=Importance.OBSERVABILITY,
        containers=[process],
        hardening=NodeAgent(run_as_user=_USER, run_as_group=_USER),
        placement=Placement(
            tolerations=(Toleration(key=None),), priority_class="system-node-critical"
        ),
        host_network=True,
    )
