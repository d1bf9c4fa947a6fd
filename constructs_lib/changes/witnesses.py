"""Witnesses: the ends and ports by which policies are compared.

They are the pods of the platform and, for what no pod of it shows, pods, namespaces and addresses
that the policies name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Literal, NamedTuple

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.network_policies import (
    Address,
    ConnectionEnd,
    Direction,
    Pods,
    Policies,
    network,
)
from constructs_lib.manifests.platform import Platform, namespace_of
from constructs_lib.manifests.workloads import ContainerPort

_NAME = "kubernetes.io/metadata.name"
_ELSEWHERE = "elsewhere"
ANY_PORT = 65000
"""Stands for the ports that no rule names."""

SIDES: tuple[tuple[Direction, Literal["ingress", "egress"], Literal["from", "to"]], ...] = (
    ("Ingress", "ingress", "from"),
    ("Egress", "egress", "to"),
)
"""The directions, with the names of their rules and of the peers in them."""


class NamedEnd(NamedTuple):
    """An end of a connection, with its name for a reader.

    Args:
        name: such as ``app/web``.
        end: the pods or the address.
        was: the same before the apply, with the labels or the name that it had.
        is_real: whether it is a workload that was there before.
    """

    name: str
    end: ConnectionEnd
    was: ConnectionEnd
    is_real: bool = False


def selectors(policy: Manifest) -> list[dict[str, Any]]:
    """Return all selectors of a policy: of its pods, of peers and of their namespaces."""
    of_peers = [
        mapping(peer, name)
        for _, rules, side in SIDES
        for rule in mappings(policy, "spec", rules)
        for peer in mappings(rule, side)
        for name in ("namespaceSelector", "podSelector")
        if name in peer
    ]
    return [mapping(policy, "spec", "podSelector"), *of_peers]


def with_namespaces(state: Platform, changed: list[Pair]) -> Policies:
    """Return the policies of a state, with namespaces for the selectors that match none."""
    named = [
        selector
        for pair in changed
        for node in (pair.was, pair.now)
        for selector in selectors(node)
    ]
    virtual = [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": _virtual_namespace(each), "labels": _matching(each)},
        }
        for each in named
    ]
    return Policies(Platform([*state.manifests, *virtual]))


def _virtual_namespace(selector: Mapping[str, Any]) -> str:
    labels = _matching(selector)
    words = ",".join(f"{key.rpartition('/')[2]}={labels[key]}" for key in sorted(labels))
    return labels.get(_NAME) or words or _ELSEWHERE


def _selected_namespaces(comparison: Comparison, selector: Mapping[str, Any]) -> Iterator[str]:
    for state in (comparison.before, comparison.after):
        for name in state.namespaces:
            if selects(selector, state.namespace_labels(name)):
                yield name


def selected(there: list[NamedEnd], policy: Manifest) -> Iterator[NamedEnd]:
    """Yield the pods that a policy isolates: those that were there before, or what it names."""
    namespace, selector = namespace_of(policy), mapping(policy, "spec", "podSelector")
    own = [
        end
        for end in there
        if any(_selects(namespace, selector, each) for each in (end.end, end.was))
    ]
    yield from (end for end in own if end.is_real)
    if not own:
        labels = _matching(selector)
        pods = Pods(namespace=namespace, labels=labels)
        yield NamedEnd(f"{namespace}/{_named(labels)}", pods, pods)


def workloads(comparison: Comparison) -> Iterator[NamedEnd]:
    """Yield the workloads, as they are and as they were, under another name if they had one."""
    halves = set(map(id, comparison.former.values()))
    for workload in comparison.after.workloads:
        # What got another name is judged under that.
        if id(comparison.pair_of(workload.manifest)) in halves:
            continue
        end = was = Pods.of(workload)
        partner = comparison.workload_before(workload)
        if partner is not None:
            was = Pods.of(partner)
        yield NamedEnd(workload.path, end, was, is_real=partner is not None)


def _selects(namespace: str, selector: Mapping[str, Any], end: ConnectionEnd) -> bool:
    return isinstance(end, Pods) and end.namespace == namespace and selects(selector, end.labels)


def peers(
    comparison: Comparison,
    there: list[NamedEnd],
    policies: list[Manifest],
    named: tuple[str, str],
) -> Iterator[NamedEnd]:
    """Yield the other ends: all workloads, and what the rules of policies name."""
    yield from there
    rules, side = named
    names = {_ELSEWHERE}
    label_sets: list[dict[str, str]] = [{}]
    for policy in policies:
        names.add(namespace_of(policy))
        for rule in mappings(policy, "spec", rules):
            for peer in mappings(rule, side):
                yield from _addresses(peer)
                if "namespaceSelector" in peer:
                    selector = mapping(peer, "namespaceSelector")
                    names.update(_selected_namespaces(comparison, selector))
                    names.add(_virtual_namespace(selector))
                label_sets.append(_matching(mapping(peer, "podSelector")))
    for name in sorted(names):
        for labels in label_sets:
            if not labels or not any(
                _selects(name, {"matchLabels": labels}, end)
                for each in there
                for end in (each.end, each.was)
            ):
                pods = Pods(namespace=name, labels=labels)
                yield NamedEnd(f"{name}/{_named(labels)}", pods, pods)
    yield _outside("any other address", ip_address("203.0.113.200"))


def _outside(name: str, address: Address) -> NamedEnd:
    return NamedEnd(name, address, address)


def _addresses(peer: Manifest) -> Iterator[NamedEnd]:
    block = mapping(peer, "ipBlock")
    for cidr in [field(block, "cidr", default=""), *strings(block, "except")]:
        found = network(cidr)
        if found:
            for address in {found[0], found[-1]}:
                yield _outside(cidr, address)
            for beside in (int(found[0]) - 1, int(found[-1]) + 1):
                if 0 < beside < 2**found.max_prefixlen:
                    kind = type(found[0])
                    yield _outside(f"addresses outside of {cidr}", kind(beside))


def ports(policies: Iterable[Manifest]) -> Iterator[tuple[str, int]]:
    """Yield the ports at whose edges rules differ, and one that no rule names."""
    found: set[tuple[str, int]] = {("TCP", ANY_PORT)}
    for policy in policies:
        for _, rules, _ in SIDES:
            for rule in mappings(policy, "spec", rules):
                for port in mappings(rule, "ports"):
                    protocol = field(port, "protocol", default="TCP")
                    first = field(port, "port", default=0)
                    last = field(port, "endPort", default=first)
                    edges = {first, last, first - 1, last + 1} if first else {ANY_PORT}
                    found |= {(protocol, edge) for edge in edges if 0 < edge < 65536}
    yield from sorted(found)


def named_ports(policy: Manifest) -> Iterator[str]:
    """Yield the names of ports in the rules of a policy."""
    for _, rules, _ in SIDES:
        for rule in mappings(policy, "spec", rules):
            names = (port.get("port") for port in mappings(rule, "ports"))
            yield from (name for name in names if isinstance(name, str))


def declared(own: NamedEnd, peer: NamedEnd, direction: Direction) -> Iterator[tuple[str, int]]:
    """Yield the ports that the end which listens declares."""
    target = own.end if direction == "Ingress" else peer.end
    declared: tuple[ContainerPort, ...] = target.ports if isinstance(target, Pods) else ()
    yield from ((port.protocol, port.number) for port in declared)


def _matching(selector: Mapping[str, Any]) -> dict[str, str]:
    """Return labels that a selector matches, as far as labels can."""
    labels = dict(mapping(selector, "matchLabels"))
    for expression in mappings(selector, "matchExpressions"):
        key, values = field(expression, "key", default=""), strings(expression, "values")
        if expression.get("operator") == "In" and values:
            labels[key] = values[0]
        elif expression.get("operator") == "Exists":
            labels[key] = "any"
    return labels


def _named(labels: Mapping[str, str]) -> str:
    if not labels:
        return "any pod"
    return "pods of " + ", ".join(
        f"{key.rpartition('/')[2]}={labels[key]}" for key in sorted(labels)
    )
