"""NetworkPolicies: deny all, then allow DNS and the calls among the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.network import Call, End, Neighbour, Outside, Peer, Port, within
from constructs_lib.quantities import int_or_string


def default_deny(scope: Construct, namespace: str) -> k8s.KubeNetworkPolicy:
    """Deny ingress and egress of a namespace."""
    return k8s.KubeNetworkPolicy(
        scope,
        f"Deny-{namespace}",
        metadata=names.metadata(scope, "NetworkPolicy", "default-deny", namespace=namespace),
        spec=k8s.NetworkPolicySpec(
            pod_selector=k8s.LabelSelector(), policy_types=["Ingress", "Egress"]
        ),
    )


def allow_dns(scope: Construct, namespace: str, dns: Sequence[End]) -> k8s.KubeNetworkPolicy:
    """Allow egress to DNS from every pod of a namespace."""
    return k8s.KubeNetworkPolicy(
        scope,
        f"Dns-{namespace}",
        metadata=names.metadata(scope, "NetworkPolicy", "allow-dns", namespace=namespace),
        spec=k8s.NetworkPolicySpec(
            pod_selector=k8s.LabelSelector(),
            policy_types=["Egress"],
            egress=[
                k8s.NetworkPolicyEgressRule(to=_peers(end), ports=_ports(end.ports)) for end in dns
            ],
        ),
    )


def allow_calls(scope: Construct, calls: Iterable[Call]) -> None:
    """Allow each call, at each end that is of the app."""
    for source, target, ports in _openings(calls):
        if isinstance(source, Peer):
            _egress(scope, source, target, ports)
        if isinstance(target, Peer):
            _ingress(scope, source, target, ports)


def policy_names(calls: Iterable[Call]) -> Iterator[tuple[str, str, End]]:
    """Yield namespace and name of each policy that allows calls, and the other end."""
    for source, target, _ in _openings(calls):
        if isinstance(source, Peer):
            yield source.namespace, _egress_name(source, target), target
        if isinstance(target, Peer):
            yield target.namespace, _ingress_name(source, target), source


def _openings(calls: Iterable[Call]) -> list[tuple[End, End, list[Port]]]:
    """Return each pair of source and target once, with all ports."""
    openings: dict[tuple[str, ...], tuple[End, End, list[Port]]] = {}
    for call in calls:
        pair = _key(call.source) + _key(call.target)
        *_, ports = openings.setdefault(pair, (call.source, call.target, []))
        if call.target_port not in ports:
            ports.append(call.target_port)
    return list(openings.values())


def _egress_name(source: End, target: End) -> str:
    return f"{source.name}-to-{target.name}"


def _ingress_name(source: End, target: End) -> str:
    return f"{target.name}-from-{source.name}"


def _egress(scope: Construct, source: Peer, target: End, ports: Sequence[Port]) -> None:
    name = _egress_name(source, target)
    k8s.KubeNetworkPolicy(
        scope,
        f"{source.namespace}.{name}",
        metadata=names.metadata(scope, "NetworkPolicy", name, namespace=source.namespace),
        spec=k8s.NetworkPolicySpec(
            pod_selector=_pods(source),
            policy_types=["Egress"],
            egress=[k8s.NetworkPolicyEgressRule(to=_peers(target), ports=_ports(ports))],
        ),
    )


def _ingress(scope: Construct, source: End, target: Peer, ports: Sequence[Port]) -> None:
    name = _ingress_name(source, target)
    k8s.KubeNetworkPolicy(
        scope,
        f"{target.namespace}.{name}",
        metadata=names.metadata(scope, "NetworkPolicy", name, namespace=target.namespace),
        spec=k8s.NetworkPolicySpec(
            pod_selector=_pods(target),
            policy_types=["Ingress"],
            ingress=[k8s.NetworkPolicyIngressRule(from_=_peers(source), ports=_ports(ports))],
        ),
    )


def _key(end: End) -> tuple[str, ...]:
    namespace = "" if isinstance(end, Outside) else end.namespace
    return (type(end).__name__, namespace, end.name)


def _peers(end: End) -> list[k8s.NetworkPolicyPeer]:
    if isinstance(end, Outside):
        return [
            k8s.NetworkPolicyPeer(
                ip_block=k8s.IpBlock(
                    cidr=cidr,
                    except_=[other for other in end.excluded if within(other, cidr)] or None,
                )
            )
            for cidr in end.cidrs
        ]
    return [
        k8s.NetworkPolicyPeer(
            namespace_selector=k8s.LabelSelector(
                match_labels={"kubernetes.io/metadata.name": end.namespace}
            ),
            pod_selector=_pods(end),
        )
    ]


def _pods(end: Peer | Neighbour) -> k8s.LabelSelector:
    return k8s.LabelSelector(match_labels=dict(end.selector))


def _ports(ports: Sequence[Port]) -> list[k8s.NetworkPolicyPort]:
    return [
        k8s.NetworkPolicyPort(port=int_or_string(port.number), protocol=port.protocol.value)
        for port in ports
    ]
