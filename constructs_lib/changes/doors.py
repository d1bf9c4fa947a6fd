"""Doors: where connections from outside of the cluster come in, and who may use them.

A door belongs to the cluster, not to an object: it stays open if another object keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any, NamedTuple

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Identity, Pair
from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.platform import Platform, describe, namespace_of

_INGRESS = "Ingress.networking.k8s.io"
_VIRTUAL_SERVER = "VirtualServer.k8s.nginx.org"
_ROUTE = "HTTPRoute.gateway.networking.k8s.io"
_EVERYBODY = (ip_network("0.0.0.0/0"), ip_network("::/0"))
Network = IPv4Network | IPv6Network

# Annotations that keep the load balancer of a cloud out of the internet.
_INTERNAL = (
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal",
    "networking.gke.io/load-balancer-type",
    "cloud.google.com/load-balancer-type",
)


class Door(NamedTuple):
    """A way in.

    Args:
        at: what tells it from others, such as the host and path.
        words: the same, to be read.
        leads_to: the Service behind it.
        sources: the addresses that may use it.
        by: the object that opens it.
        encrypted: whether it speaks TLS.
        entry: whose address it is, such as the class of the controller.
    """

    at: tuple[object, ...]
    words: str
    leads_to: str
    sources: tuple[Network, ...]
    by: Manifest
    encrypted: bool = False
    entry: str = ""


def doors(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the doors that open, close, widen, narrow, or change what is behind them."""
    concerned = {pair.kind for pair in comparison.pairs}
    if not concerned & {"Service", _INGRESS, _VIRTUAL_SERVER, _ROUTE}:
        return
    before = {door.at: door for door in _doors(comparison.before)}
    after = {door.at: door for door in _doors(comparison.after)}
    for at, door in after.items():
        pair = comparison.pair_of(door.by)
        if pair is not None:
            found = _compared(before[at], door) if at in before else _opened(door)
            yield from ((pair, finding._replace(fields=_fields(pair))) for finding in found)
    for at, door in before.items():
        if at not in after:
            pair = comparison.pair_of(door.by)
            if pair is not None:
                why = f"{door.words} is closed"
                if at[0] == "balancer":
                    why += ": its address is given back, and the next one is another"
                yield pair, Finding(Verdict.CUTS_OFF, "door-closed", why, _fields(pair))


def _opened(door: Door) -> Iterator[Finding]:
    why = f"{door.words} is a new door"
    if door.sources == _EVERYBODY and door.at[0] in {"balancer", "node"}:
        why += ", open to every address that reaches it"
    if door.at[0] == "route" and not door.encrypted:
        why += ", in the clear"
    yield Finding(Verdict.EXPOSES, "door-opened", why)


def _compared(was: Door, now: Door) -> Iterator[Finding]:
    more, fewer = outside(now.sources, was.sources), outside(was.sources, now.sources)
    if more:
        who = "every address" if now.sources == _EVERYBODY else f"{more:,} addresses more"
        yield Finding(Verdict.EXPOSES, "sources", f"{now.words} lets in {who}")
    if fewer:
        why = f"{now.words} lets in {fewer:,} addresses fewer"
        yield Finding(Verdict.CUTS_OFF, "sources", why)
    if was.encrypted and not now.encrypted:
        why = f"traffic of {now.words} goes in the clear"
        yield Finding(Verdict.EXPOSES, "tls", why)
    elif now.encrypted and not was.encrypted:
        why = f"{now.words} speaks TLS; a controller may turn plain requests away to it"
        yield Finding(Verdict.LATER, "tls", why)
    if was.entry != now.entry:
        why = f"{now.words} is served by {now.entry or 'the default class'}: at another address"
        yield Finding(Verdict.CUTS_OFF, "entry", why)
    if was.leads_to != now.leads_to:
        why = f"{now.words} leads to {now.leads_to} instead of {was.leads_to}"
        yield Finding(Verdict.LATER, "backend", why)


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


def _doors(platform: Platform) -> Iterator[Door]:
    for service in platform.of_kind("Service"):
        yield from _of_service(service)
    for ingress in platform.of_kind(_INGRESS):
        yield from _of_ingress(ingress)
    for server in platform.of_kind(_VIRTUAL_SERVER):
        host = field(server, "spec", "host", default="")
        for route in mappings(server, "spec", "routes"):
            path = field(route, "path", default="/")
            encrypted = bool(mapping(server, "spec", "tls"))
            entry = field(server, "spec", "ingressClassName", default="")
            target = field(route, "action", "pass", default="") or str(route.get("route", ""))
            words = f"{host}{path}"
            yield Door(("route", host, path), words, target, _EVERYBODY, server, encrypted, entry)
    for routes in platform.of_kind(_ROUTE):
        yield from _of_gateway(routes)


def _of_service(service: Manifest) -> Iterator[Door]:
    spec = mapping(service, "spec")
    identity, name = Identity.of(service), describe(service)
    kind = field(spec, "type", default="")
    annotations = mapping(service, "metadata", "annotations")
    for address in strings(spec, "externalIPs"):
        words = f"the address {address} of {name}"
        yield Door(("address", identity, address), words, name, _EVERYBODY, service)
    if kind == "LoadBalancer":
        ranges = tuple(map(ip_network, strings(spec, "loadBalancerSourceRanges"))) or _EVERYBODY
        entry = field(spec, "loadBalancerIP", default="")
        inside = ", ".join(key for key in _INTERNAL if key in annotations)
        reach = "internal" if inside else "public"
        for port in mappings(spec, "ports"):
            number = port.get("port")
            words = f"port {number} of the {reach} load balancer of {name}"
            at = ("balancer", identity, number, port.get("protocol"), reach)
            yield Door(at, words, name, ranges, service, entry=entry)
    if kind == "NodePort" or (
        kind == "LoadBalancer" and field(spec, "allocateLoadBalancerNodePorts", default=True)
    ):
        for port in mappings(spec, "ports"):
            number = port.get("nodePort", "of its choice")
            words = f"port {number} of every node, for {name}"
            node = ("node", identity, port.get("port"), number)
            yield Door(node, words, name, _EVERYBODY, service)


def _of_ingress(ingress: Manifest) -> Iterator[Door]:
    spec = mapping(ingress, "spec")
    entry = field(spec, "ingressClassName", default="") or str(
        mapping(ingress, "metadata", "annotations").get("kubernetes.io/ingress.class", "")
    )
    encrypted = {host for each in mappings(spec, "tls") for host in strings(each, "hosts")}
    namespace = namespace_of(ingress)

    def door(host: str, path: str, backend: Manifest) -> Door:
        leads_to = f"{namespace}/{field(backend, 'service', 'name', default='')}"
        words = f"{host or 'every host'}{path}"
        tls = host in encrypted or f"*.{host.partition('.')[2]}" in encrypted
        at = ("route", host, path)
        return Door(at, words, leads_to, _EVERYBODY, ingress, tls, entry)

    for rule in mappings(spec, "rules"):
        host = field(rule, "host", default="")
        for path in mappings(rule, "http", "paths"):
            yield door(host, field(path, "path", default="/"), mapping(path, "backend"))
    if "defaultBackend" in spec:
        yield door("", " without another rule", mapping(spec, "defaultBackend"))


def _of_gateway(route: Manifest) -> Iterator[Door]:
    parents = ", ".join(
        f"{field(p, 'name', default='')} {field(p, 'sectionName', default='')}".strip()
        for p in mappings(route, "spec", "parentRefs")
    )
    for host in strings(route, "spec", "hostnames") or [""]:
        for rule in mappings(route, "spec", "rules"):
            backends = [field(b, "name", default="") for b in mappings(rule, "backendRefs")]
            for match in mappings(rule, "matches") or [{}]:
                path = field(match, "path", "value", default="/")
                yield Door(
                    ("route", host, path, parents),
                    f"{host}{path}",
                    ", ".join(backends),
                    _EVERYBODY,
                    route,
                    encrypted=True,
                    entry=parents,
                )
