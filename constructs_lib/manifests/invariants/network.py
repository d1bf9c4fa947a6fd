"""Invariants of NetworkPolicies: DNS, both ends of a connection, and peers that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from constructs_lib.manifests.fields import Manifest, field, mapping, mappings
from constructs_lib.manifests.network_policies import DNS, Pods, Policies, admits_port
from constructs_lib.manifests.platform import namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest

Side = Literal["from", "to"]
# The second is that of the pods of OpenShift: policies see it, and not that of the Service.
_DNS_PORTS = {53, 5353}
_POLICY = "NetworkPolicy.networking.k8s.io"


def isolated_pods_reach_dns(platform: Platform) -> Iterator[Violation]:
    """Isolated pods have egress to DNS, without which no name is resolved.

    That is CoreDNS where most clusters have it, or whoever else is called on a port of DNS. A
    policy of the namespace that is given lets them.
    """
    policies = Policies(platform)
    elsewhere = set(_calls_of_dns(platform))
    for workload in platform.workloads:
        for protocol in ("UDP", "TCP"):
            usual = policies.allow(Pods.of(workload), DNS, protocol, 53)
            place = (_POLICY, workload.namespace, "allow-dns")
            given = platform.has(*place) and platform.get(*place) is None
            if not (usual or given) and (workload.path, protocol) not in elsewhere:
                yield workload.manifest, f"its policies close the way to DNS over {protocol}"


def _calls_of_dns(platform: Platform) -> Iterator[tuple[str, str]]:
    """Yield workloads that call a port of DNS, with the protocol."""
    for policy, side, rule in _rules(platform):
        for port in mappings(rule, "ports") if side == "to" else ():
            if port.get("port") in _DNS_PORTS:
                for workload in _selected(platform, policy):
                    yield workload.path, field(port, "protocol", default="TCP")


def policies_open_both_ends(platform: Platform) -> Iterator[Violation]:
    """A connection must be allowed at both ends, so a rule at one of them has no effect."""
    policies = Policies(platform)
    for policy, side, rule in _rules(platform):
        if not mappings(rule, side):
            continue
        for own in _selected(platform, policy):
            for peer in _peers(platform, policies, policy, side, rule):
                source, target = (own, peer) if side == "to" else (peer, own)
                ends = Pods.of(source), Pods.of(target)
                for port in target.ports:
                    if not admits_port(rule, ends[1], port.protocol, port.number):
                        continue
                    if not policies.allow(*ends, port.protocol, port.number):
                        connection = f"{source.path} to {target.path} port {port.number}"
                        yield policy, f"opens {connection}, which {peer.path} keeps closed"


def policies_select_pods(platform: Platform) -> Iterator[Violation]:
    """The selector of a policy matches pods; an empty one, for all of a namespace, is fine."""
    for policy in platform.of_kind(_POLICY):
        selector = mapping(policy, "spec", "podSelector")
        if selector and not _selected(platform, policy):
            yield policy, f"its podSelector {selector} matches no pods"


def policy_peers_exist(platform: Platform) -> Iterator[Violation]:
    """A peer in a namespace of the platform matches pods of the platform."""
    policies = Policies(platform)
    for policy, side, rule in _rules(platform):
        for peer in mappings(rule, side):
            if _points_inside(platform, policies, policy, peer) and not any(
                policies.matches(policy, peer, Pods.of(workload)) for workload in platform.workloads
            ):
                yield policy, f"its peer {peer} matches no pods"


def policy_ports_exist(platform: Platform) -> Iterator[Violation]:
    """Ports of policies are ports of containers, not of Services."""
    policies = Policies(platform)
    for policy, side, rule in _rules(platform):
        if side == "to":
            targets = _peers(platform, policies, policy, side, rule) if mappings(rule, side) else []
        else:
            targets = _selected(platform, policy)
        for port in mappings(rule, "ports") if targets else ():
            # `kubectl apply` loses one of two ports of a number, so that a container lists the
            # first of them only, whatever the protocol of the other.
            if not any(
                admits_port({"ports": [port]}, Pods.of(target), protocol, each.number)
                for target in targets
                for each in target.ports
                for protocol in (each.protocol, port.get("protocol", "TCP"))
            ):
                paths = ", ".join(target.path for target in targets)
                yield policy, f"{paths} listens on no {port}"


def _rules(platform: Platform) -> Iterator[tuple[Manifest, Side, Manifest]]:
    for policy in platform.of_kind(_POLICY):
        for rule in mappings(policy, "spec", "ingress"):
            yield policy, "from", rule
        for rule in mappings(policy, "spec", "egress"):
            yield policy, "to", rule


def _selected(platform: Platform, policy: Manifest) -> list[WorkloadManifest]:
    return platform.pods(namespace_of(policy), mapping(policy, "spec", "podSelector"))


def _peers(
    platform: Platform, policies: Policies, policy: Manifest, side: Side, rule: Manifest
) -> list[WorkloadManifest]:
    return [
        workload
        for workload in platform.workloads
        if policies.admits_peer(policy, rule, side, Pods.of(workload))
    ]


def _points_inside(
    platform: Platform, policies: Policies, policy: Manifest, peer: Manifest
) -> bool:
    anywhere = {key: value for key, value in peer.items() if key != "podSelector"}
    return any(
        policies.matches(policy, anywhere, Pods(namespace=namespace, labels={}))
        for namespace in {workload.namespace for workload in platform.workloads}
    )
