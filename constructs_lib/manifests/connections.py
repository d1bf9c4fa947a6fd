"""The connections among the workloads of a platform that its NetworkPolicies allow."""

from __future__ import annotations

from typing import NamedTuple

from constructs_lib.manifests.network_policies import Pods, Policies
from constructs_lib.manifests.platform import Platform


class Connection(NamedTuple):
    """A connection that policies allow, from the pods of a workload to a port of another.

    Args:
        source: the workload that connects, as ``namespace/name``.
        target: the workload that listens, as ``namespace/name``.
        protocol: TCP, UDP or SCTP.
        port: the port of the pod.
    """

    source: str
    target: str
    protocol: str
    port: int


def connections(platform: Platform) -> list[Connection]:
    """Return them sorted, with the ports that containers declare as targets."""
    policies = Policies(platform)
    return sorted(
        Connection(start.path, target.path, port.protocol, port.number)
        for start in platform.workloads
        for target in platform.workloads
        for port in target.ports
        if policies.allow(Pods.of(start), Pods.of(target), port.protocol, port.number)
    )
