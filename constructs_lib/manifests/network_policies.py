"""NetworkPolicies, evaluated as a network plugin does.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any, Literal

from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.platform import namespace_of
from constructs_lib.values import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import ContainerPort, WorkloadManifest

Direction = Literal["Ingress", "Egress"]


class Pods(Value):
    """Pods as NetworkPolicies select them, of the platform or not.

    Args:
        namespace: where they run.
        labels: their labels.
        ports: that their containers declare; needed for ports by name only.
        on_host_network: whether they share the network of their node, where
            policies do not reach.
    """

    namespace: str
    labels: Mapping[str, str]
    ports: tuple[ContainerPort, ...] = ()
    on_host_network: bool = False

    @classmethod
    def of(cls, workload: WorkloadManifest) -> Pods:
        """Return the pods of a workload."""
        return cls(
            namespace=workload.namespace,
            labels=workload.labels,
            ports=tuple(workload.ports),
            on_host_network=field(workload.pod, "hostNetwork", default=False),
        )


DNS = Pods(namespace="kube-system", labels={"k8s-app": "kube-dns"})
"""The name service of the cluster."""

Address = IPv4Address | IPv6Address
ConnectionEnd = Pods | Address


class Policies:
    """The NetworkPolicies of a platform, evaluated together."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.manifests = platform.of_kind("NetworkPolicy.networking.k8s.io")
        self._of_namespace: dict[tuple[str, str], list[Manifest]] = {}
        for policy in self.manifests:
            for direction in directions(policy):
                place = (namespace_of(policy), direction)
                self._of_namespace.setdefault(place, []).append(policy)
        # With the ends themselves, so that no other gets the number of one that is gone.
        self._isolating: dict[tuple[int, Direction], tuple[ConnectionEnd, list[Manifest]]] = {}

    def allow(self, source: ConnectionEnd, target: ConnectionEnd, protocol: str, port: int) -> bool:
        """Tell whether a connection from `source` to a port of `target` is allowed."""
        return self.lets_out(source, target, protocol, port) and self.lets_in(
            source, target, protocol, port
        )

    def lets_out(
        self, source: ConnectionEnd, target: ConnectionEnd, protocol: str, port: int
    ) -> bool:
        """Tell whether the egress policies of the source allow a connection."""
        isolating = self.isolating(source, "Egress")
        return not isolating or any(
            self.admits_peer(policy, rule, "to", target)
            and admits_port(rule, target, protocol, port)
            for policy in isolating
            for rule in mappings(policy, "spec", "egress")
        )

    def lets_in(
        self, source: ConnectionEnd, target: ConnectionEnd, protocol: str, port: int
    ) -> bool:
        """Tell whether the ingress policies of the target allow a connection."""
        isolating = self.isolating(target, "Ingress")
        return not isolating or any(
            self.admits_peer(policy, rule, "from", source)
            and admits_port(rule, target, protocol, port)
            for policy in isolating
            for rule in mappings(policy, "spec", "ingress")
        )

    def isolating(self, end: ConnectionEnd, direction: Direction) -> list[Manifest]:
        """Return the policies that isolate pods in a direction; without any, all is allowed."""
        if not isinstance(end, Pods) or end.on_host_network:
            return []
        asked = (id(end), direction)
        if asked not in self._isolating:
            found = [
                policy
                for policy in self._of_namespace.get((end.namespace, direction), ())
                if selects(mapping(policy, "spec", "podSelector"), end.labels)
            ]
            self._isolating[asked] = (end, found)
        return self._isolating[asked][1]

    def admits_peer(
        self, policy: Manifest, rule: Manifest, side: Literal["from", "to"], end: ConnectionEnd
    ) -> bool:
        """Tell whether a rule allows a peer; one without peers allows all."""
        peers = mappings(rule, side)
        return not peers or any(self.matches(policy, peer, end) for peer in peers)

    def matches(self, policy: Manifest, peer: Manifest, end: ConnectionEnd) -> bool:
        """Tell whether a NetworkPolicyPeer matches pods or an address."""
        block = mapping(peer, "ipBlock")
        if not isinstance(end, Pods):
            return bool(block) and _holds(block, end)
        if block or end.on_host_network:
            return False
        if "namespaceSelector" in peer:
            in_namespace = selects(
                mapping(peer, "namespaceSelector"), self._platform.namespace_labels(end.namespace)
            )
        else:
            in_namespace = end.namespace == namespace_of(policy)
        return in_namespace and selects(mapping(peer, "podSelector"), end.labels)


def directions(policy: Manifest) -> set[str]:
    """Return the policy types of a policy: those it names, or has rules for."""
    named = set(strings(policy, "spec", "policyTypes"))
    return named or {"Ingress", *(["Egress"] if mappings(policy, "spec", "egress") else [])}


def admits_port(rule: Manifest, target: ConnectionEnd, protocol: str, port: int) -> bool:
    """Tell whether a rule allows a port; one without ports allows all."""
    ports = mappings(rule, "ports")
    return not ports or any(_is_port(each, target, protocol, port) for each in ports)


def _is_port(written: Mapping[str, Any], target: ConnectionEnd, protocol: str, port: int) -> bool:
    if field(written, "protocol", default="TCP") != protocol:
        return False
    match written.get("port"):
        case None:
            return True
        case int(first):
            return first <= port <= field(written, "endPort", default=first)
        case name:
            declared = target.ports if isinstance(target, Pods) else ()
            return any((each.name, each.number) == (name, port) for each in declared)


def _holds(block: Mapping[str, Any], address: Address) -> bool:
    inside = [field(block, "cidr", default=""), *strings(block, "except")]
    found = [found is not None and address in found for found in map(network, inside)]
    return found[0] and not any(found[1:])


def network(cidr: str) -> IPv4Network | IPv6Network | None:
    """Return a range of addresses; None for a text that is none, which holds no address."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError:
        return None
