"""Connections that NetworkPolicies allow before, and after: the sum counts, not the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.changes.witnesses import (
    ANY_PORT,
    SIDES,
    NamedEnd,
    declared,
    named_ports,
    peers,
    ports,
    selected,
    selectors,
    with_namespaces,
    workloads,
)
from constructs_lib.manifests.fields import Manifest
from constructs_lib.manifests.label_selectors import keys
from constructs_lib.manifests.network_policies import ConnectionEnd, Direction, Policies
from constructs_lib.manifests.workloads import workload_of

_POLICY = "NetworkPolicy.networking.k8s.io"
_LABELS = "metadata.labels."
_MOST_SHOWN = 4


# By who asks whom for what, whether that is allowed before and after.
Answers = dict[tuple[int, int, Direction, str, int], tuple[bool, bool]]


class Attempt(NamedTuple):
    """A connection that policies are asked about.

    Args:
        own: the end that they select.
        peer: the other one.
        direction: in which they select it.
        protocol: TCP, UDP or SCTP.
        port: of the pod that listens.
    """

    own: NamedEnd
    peer: NamedEnd
    direction: Direction
    protocol: str
    port: int

    @property
    def _ends(self) -> tuple[NamedEnd, NamedEnd]:
        ends = (self.peer, self.own)
        return ends if self.direction == "Ingress" else (self.own, self.peer)

    def allowed(self, before: Policies, after: Policies) -> tuple[bool, bool]:
        """Tell whether it is allowed before and after; the same if this end changes nothing."""
        first, last = self._ends
        was, now = (first.was, last.was), (first.end, last.end)
        own = (self._of_own_end(before, *was), self._of_own_end(after, *now))
        if own[0] == own[1] or not (first if self.direction == "Ingress" else last).is_real:
            # Of an end that is not of the platform nothing is known but its labels.
            return own
        return own[0] and self._of_peer(before, *was), own[1] and self._of_peer(after, *now)

    def _of_own_end(self, policies: Policies, source: ConnectionEnd, target: ConnectionEnd) -> bool:
        ask = policies.lets_in if self.direction == "Ingress" else policies.lets_out
        return ask(source, target, self.protocol, self.port)

    def _of_peer(self, policies: Policies, source: ConnectionEnd, target: ConnectionEnd) -> bool:
        ask = policies.lets_out if self.direction == "Ingress" else policies.lets_in
        return ask(source, target, self.protocol, self.port)

    def __str__(self) -> str:
        source, target = self._ends
        what = "any port" if self.port == ANY_PORT else f"{self.port}/{self.protocol}"
        return f"{source.name} → {target.name} {what}"


def connections(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the policies with which connections come or go."""
    changed = [pair for pair in comparison.pairs if _concerns(pair)]
    if not changed:
        return
    before, after = (
        with_namespaces(state, changed) for state in (comparison.before, comparison.after)
    )
    there = list(workloads(comparison))
    known: Answers = {}
    seen: set[tuple[str, str, bool]] = set()
    for pair in changed:
        opened: list[str] = []
        closed: list[str] = []
        for words, was, now in _judged(comparison, pair, there, (before, after), known):
            if was != now and (words, pair.kind, now) not in seen:
                seen.add((words, pair.kind, now))
                (opened if now else closed).append(words)
        fields = () if pair.is_new else pair.below("spec", _LABELS)
        if opened:
            why = f"now allowed: {_listed(opened)}"
            yield pair, Finding(Verdict.EXPOSES, "connections", why, fields)
        if closed:
            why = f"no longer allowed: {_listed(closed)}"
            yield pair, Finding(Verdict.CUTS_OFF, "connections", why, fields)


def _concerns(pair: Pair) -> bool:
    changes = bool(_changed_labels(pair)) or bool(_renamed_ports(pair))
    return pair.kind == _POLICY or (not pair.is_new and changes)


def _changed_labels(pair: Pair) -> set[str]:
    """Return the labels that change of a namespace, or of the pods of a workload."""
    path = _LABELS if pair.kind == "Namespace" else f"spec.template.{_LABELS}"
    return {each.path.removeprefix(path) for each in pair.below(path)}


def _renamed_ports(pair: Pair) -> set[str]:
    """Return the names of ports that the pods of a workload have no more, or have now."""
    was, now = (
        {port.name: port for port in workload.ports} if workload else {}
        for workload in (workload_of(pair.was), workload_of(pair.now))
    )
    return {name for name in {*was, *now} - {None} if was.get(name) != now.get(name)}


def _judged(
    comparison: Comparison,
    pair: Pair,
    there: list[NamedEnd],
    states: tuple[Policies, Policies],
    known: Answers,
) -> Iterator[tuple[str, bool, bool]]:
    """Yield connections, and whether they are allowed before and after."""
    policies = _policies(comparison, pair)
    lasting = set(map(id, there))
    named = list(ports(policies))
    for policy in policies:
        for direction, rules, side in SIDES:
            ends = list(peers(comparison, there, policies, (rules, side)))
            for own in selected(there, policy):
                for peer in ends:
                    for protocol, port in [*named, *declared(own, peer, direction)]:
                        one = Attempt(own, peer, direction, protocol, port)
                        asked = (id(own), id(peer), direction, protocol, port)
                        # Workloads stay what they are; other ends are made for each policy.
                        is_lasting = id(own) in lasting and id(peer) in lasting
                        answer = known.get(asked) if is_lasting else None
                        was, now = known[asked] = answer or one.allowed(*states)
                        if was != now:
                            yield str(one), was, now


def _policies(comparison: Comparison, pair: Pair) -> list[Manifest]:
    if pair.kind == _POLICY:
        return [node for node in (pair.was, comparison.settled(pair)) if node]
    # An empty selector asks for no label, so none changes what it selects.
    labels, names = _changed_labels(pair), _renamed_ports(pair)
    return [
        policy
        for policy in comparison.after.of_kind(_POLICY)
        if labels & {key for each in selectors(policy) for key in keys(each)}
        or names & set(named_ports(policy))
    ]


def _listed(words: list[str]) -> str:
    # What is open for any port is open for each.
    broad = {each.removesuffix(" any port") for each in words if each.endswith(" any port")}
    told = [
        each
        for each in sorted(set(words))
        if each.endswith(" any port") or each.rpartition(" ")[0] not in broad
    ]
    more = len(told) - _MOST_SHOWN
    return ", ".join(told[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
