"""Doors that open, close, widen or narrow.

A door belongs to the cluster, not to an object: it stays open if another object keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import collapse_addresses
from typing import Any

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.door import EVERYBODY, Door, Network, covering
from constructs_lib.changes.entrances import (
    GATEWAY,
    INGRESS,
    VIRTUAL_SERVER,
    encrypted_hosts,
    entrances,
)
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.manifests.backend_refs import GATEWAY_ROUTES
from constructs_lib.manifests.fields import field, mappings
from constructs_lib.manifests.platform import Platform, describe
from constructs_lib.manifests.workloads import template_path

_OPENERS = frozenset({"Service", INGRESS, VIRTUAL_SERVER, GATEWAY, *GATEWAY_ROUTES})


def doors(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the doors that open, close, widen, narrow, or change what is behind them."""
    if not any(pair.kind in _OPENERS or template_path(pair.manifest) for pair in comparison.pairs):
        return
    before, after = _by_place(comparison.before), _by_place(comparison.after)
    for at, those in after.items():
        former = before[at][0] if at in before else covering(those[0], before)
        for door in those:
            pair = comparison.pair_of(door.by)
            if pair is not None:
                known = former if at in before or not former else _in_place_of(door, former)
                found = _compared(known, door) if known else _opened(door)
                yield from ((pair, finding._replace(fields=_fields(pair))) for finding in found)
        if len(those) > max(len(before.get(at, ())), 1):
            yield from _contested(comparison, those)
    for at, (door, *_) in before.items():
        pair = comparison.pair_of(door.by)
        if at in after or pair is None:
            continue
        other = covering(door, after)
        found = _compared(door, _in_place_of(door, other)) if other else iter([_closed(door, pair)])
        yield from ((pair, finding._replace(fields=_fields(pair))) for finding in found)


def _in_place_of(door: Door, other: Door) -> Door:
    """Return another door as what answers at a place of its own that it covers."""
    return other._replace(at=door.at, words=door.words, exact=door.exact)


def _closed(door: Door, pair: Pair) -> Finding:
    if door.at[0] == "node" and _keeps_its_numbers(pair, door.at[2]):
        why = "nodes keep the numbers that they have; one that is made anew gets none"
        return Finding(Verdict.LATER, "node-ports", why)
    why = f"{door.words} is closed"
    if door.at[0] == "balancer":
        why += ": its address is given back, and the next one is another"
    return Finding(Verdict.CUTS_OFF, "door-closed", why)


def _keeps_its_numbers(pair: Pair, port: object) -> bool:
    """Tell whether a load balancer asks for no ports of nodes any more, which gives none back."""
    types = {field(node, "spec", "type", default="") for node in (pair.was, pair.now)}
    stays = any(each.get("port") == port for each in mappings(pair.now, "spec", "ports"))
    return stays and types == {"LoadBalancer"}


def _by_place(platform: Platform) -> dict[tuple[object, ...], list[Door]]:
    """Return the doors by what tells them apart; a host speaks TLS if any object says so."""
    found: dict[tuple[object, ...], list[Door]] = {}
    hosts = encrypted_hosts(platform)
    for door in entrances(platform):
        encrypted = door.encrypted or (door.at[0] == "route" and door.at[1] in hosts)
        found.setdefault(door.at, []).append(door._replace(encrypted=encrypted))
    return found


def _contested(comparison: Comparison, those: list[Door]) -> Iterator[tuple[Pair, Finding]]:
    """Yield the object that opens a door which another one, that stays, has open."""
    for door in those:
        pair = comparison.pair_of(door.by)
        others = [describe(each.by) for each in those if each is not door]
        if pair is not None and not pair.is_gone:
            why = f"{door.words} is served by {others[0]} as well: a controller takes one of them"
            remedy = f"delete {others[0]} first"
            yield pair, Finding(Verdict.CUTS_OFF, "contested", why, (), remedy)
            return


def _opened(door: Door) -> Iterator[Finding]:
    why = f"{door.words} is a new door"
    if door.sources == EVERYBODY and door.at[0] in {"balancer", "node", "host"}:
        why += ", open to every address that reaches it"
    if door.at[0] == "route" and not door.encrypted:
        why += ", in the clear"
    yield Finding(Verdict.EXPOSES, "door-opened", why)


def _compared(was: Door, now: Door) -> Iterator[Finding]:
    yield from _sources(was, now)
    if was.encrypted and not now.encrypted:
        why = f"traffic of {now.words} goes in the clear"
        yield Finding(Verdict.EXPOSES, "tls", why)
    elif now.encrypted and not was.encrypted:
        why = f"{now.words} speaks TLS; a controller may turn plain requests away to it"
        yield Finding(Verdict.LATER, "tls", why)
    elif was.certificate != now.certificate and was.certificate and now.certificate:
        why = f"{now.words} is served with Secret {now.certificate} in place of {was.certificate}"
        yield Finding(Verdict.LATER, "certificate", why)
    yield from _guards(was, now)
    if was.entry != now.entry:
        served = [each.entry or "the default class" for each in (now, was)]
        why = f"{now.words} is served by {served[0]} in place of {served[1]}, at another address"
        yield Finding(Verdict.CUTS_OFF, "entry", why)
    if was.exact != now.exact:
        verdict = Verdict.CUTS_OFF if now.exact else Verdict.EXPOSES
        why = f"{now.words} holds for {'this path alone' if now.exact else 'all paths below it'}"
        yield Finding(verdict, "path-type", why)
    if was.leads_to != now.leads_to:
        why = f"{now.words} leads to {now.leads_to} instead of {was.leads_to}"
        yield Finding(Verdict.LATER, "backend", why)


def _sources(was: Door, now: Door) -> Iterator[Finding]:
    more, fewer = outside(now.sources, was.sources), outside(was.sources, now.sources)
    if more:
        who = "every address" if now.sources == EVERYBODY else f"{more:,} addresses more"
        yield Finding(Verdict.EXPOSES, "sources", f"{now.words} lets in {who}")
    if fewer:
        why = f"{now.words} lets in {fewer:,} addresses fewer"
        yield Finding(Verdict.CUTS_OFF, "sources", why)


def _guards(was: Door, now: Door) -> Iterator[Finding]:
    if was.redirects and not now.redirects:
        why = f"{now.words} answers plain requests, which it led to TLS"
        yield Finding(Verdict.EXPOSES, "tls", why)
    for guard in sorted(was.guards - now.guards):
        yield Finding(Verdict.EXPOSES, "guard", f"{now.words}: it is no longer so that {guard}")
    for guard in sorted(now.guards - was.guards):
        yield Finding(Verdict.CUTS_OFF, "guard", f"{now.words}: from now on {guard}")


def outside(addresses: tuple[Network, ...], others: tuple[Network, ...]) -> int:
    """Return how many addresses are in the first networks and not in the second."""
    total = 0
    for version in (4, 6):
        ours = list(collapse_addresses(n for n in addresses if n.version == version))  # type: ignore[type-var]
        theirs = [n for n in others if n.version == version]
        for network in ours:
            rest = [network]
            for other in theirs:
                rest = [part for each in rest for part in _without(each, other)]
            total += sum(part.num_addresses for part in rest)
    return total


def _without(network: Json, other: Json) -> list[Any]:
    if not network.overlaps(other):
        return [network]
    return [] if network.subnet_of(other) else list(network.address_exclude(other))


def _fields(pair: Pair) -> Json:
    return pair.below("spec", "metadata.annotations") if not pair.is_new else ()
