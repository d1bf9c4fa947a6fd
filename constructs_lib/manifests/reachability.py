"""The connections that the NetworkPolicies of a platform allow."""

from __future__ import annotations

from constructs_lib.manifests.connections import Connection, connections
from constructs_lib.manifests.network_policies import ConnectionEnd, Pods, Policies
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.sources import Source, manifests


def reachability(source: Source) -> list[Connection]:
    """Return, sorted, every connection that policies allow among the workloads of a source.

    Targets are the ports that containers declare. A workload that no policy selects accepts
    everything, so this shows what is open by mistake.

    Args:
        source: an App, a Chart or manifests.
    """
    return connections(Platform(manifests(source)))


def can_reach(
    source: Source,
    start: str | ConnectionEnd,
    target: str | ConnectionEnd,
    port: int,
    protocol: str = "TCP",
) -> bool:
    """Tell whether policies allow a connection to a port, whether or not something listens there.

    Args:
        source: an App, a Chart or manifests.
        start: the source: a workload as ``namespace/name``, `Pods` outside of the
            platform, or an address of the standard library's ``ipaddress``.
        target: likewise; `DNS` for the DNS of the cluster.
        port: the port of the pod, behind any Service.
        protocol: TCP by default.

    Raises:
        LookupError: there is no such workload; the message lists those that are there.
    """
    platform = Platform(manifests(source))
    return Policies(platform).allow(_end(platform, start), _end(platform, target), protocol, port)


def _end(platform: Platform, end: str | ConnectionEnd) -> ConnectionEnd:
    if not isinstance(end, str):
        return end
    by_path = {workload.path: workload for workload in platform.workloads}
    if end not in by_path:
        raise LookupError(f"no workload {end}; there is {', '.join(sorted(by_path)) or 'none'}")
    return Pods.of(by_path[end])
