"""The doors that objects open: where connections from outside of the cluster come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

from constructs_lib.changes.objects import ObjectKey
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.network_policies import network
from constructs_lib.manifests.platform import Platform, describe, namespace_of

INGRESS = "Ingress.networking.k8s.io"
VIRTUAL_SERVER = "VirtualServer.k8s.nginx.org"
GATEWAY = "Gateway.gateway.networking.k8s.io"
ROUTE = "HTTPRoute.gateway.networking.k8s.io"
EVERYBODY = (ip_network("0.0.0.0/0"), ip_network("::/0"))
Network = IPv4Network | IPv6Network

# Annotations that keep the load balancer of a cloud out of the internet.
_INTERNAL = (
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal",
    "networking.gke.io/load-balancer-type",
    "cloud.google.com/load-balancer-type",
)


_ANY_PATH = " without another rule"


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
        exact: whether it is one path, and none below it.
        certificate: the Secret with which it speaks TLS.
    """

    at: tuple[object, ...]
    words: str
    leads_to: str
    sources: tuple[Network, ...]
    by: Manifest
    encrypted: bool = False
    entry: str = ""
    exact: bool = False
    certificate: str = ""


def entrances(platform: Platform) -> Iterator[Door]:
    """Yield the doors of all objects, those that several open several times."""
    for service in platform.of_kind("Service"):
        yield from _of_service(service)
    for ingress in platform.of_kind(INGRESS):
        yield from _of_ingress(ingress)
    for server in platform.of_kind(VIRTUAL_SERVER):
        host = field(server, "spec", "host", default="")
        for route in mappings(server, "spec", "routes"):
            path = field(route, "path", default="/")
            encrypted = bool(mapping(server, "spec", "tls"))
            entry = field(server, "spec", "ingressClassName", default="")
            target = field(route, "action", "pass", default="") or str(route.get("route", ""))
            words = f"{host}{path}"
            yield Door(("route", host, path), words, target, EVERYBODY, server, encrypted, entry)
    for routes in platform.of_kind(ROUTE):
        yield from _of_routes(routes)
    for gateway in platform.of_kind(GATEWAY):
        yield from _of_gateway(gateway)


def covering(door: Door, doors: Mapping[tuple[object, ...], list[Door]]) -> Door | None:
    """Return what answers for a host and path that no rule names: one for more, or None.

    Of the hosts, the most exact one answers, whatever paths it has; of its paths, the longest.
    """
    if door.at[0] != "route":
        return None
    _, host, path, *rest = door.at
    wildcard = f"*.{str(host).partition('.')[2]}"
    for name in dict.fromkeys((host, wildcard, "")):
        those = [
            each
            for at, (each, *_) in doors.items()
            if at[0] == "route" and at[1] == name and list(at[3:]) == rest
        ]
        if those:
            fit = [each for each in those if not each.exact and _is_below(path, each.at[2])]
            return max(fit, key=lambda each: len(str(each.at[2])), default=None)
    return None


def _is_below(path: object, other: object) -> bool:
    return f"{path}/".startswith(f"{str(other).rstrip('/')}/") or other == _ANY_PATH


def encrypted_hosts(platform: Platform) -> set[str]:
    """Return the hosts with TLS: of all Ingresses of a host, one has it."""
    return {
        host
        for ingress in platform.of_kind(INGRESS)
        for each in mappings(ingress, "spec", "tls")
        for host in strings(each, "hosts")
    }


def _of_service(service: Manifest) -> Iterator[Door]:
    spec = mapping(service, "spec")
    identity, name = ObjectKey.of(service), describe(service)
    kind = field(spec, "type", default="")
    annotations = mapping(service, "metadata", "annotations")
    for address in strings(spec, "externalIPs"):
        words = f"the address {address} of {name}"
        yield Door(("address", identity, address), words, name, EVERYBODY, service)
    if kind == "LoadBalancer":
        written = map(network, strings(spec, "loadBalancerSourceRanges"))
        ranges = tuple(each for each in written if each is not None) or EVERYBODY
        entry = field(spec, "loadBalancerIP", default="")
        inside = ", ".join(key for key in _INTERNAL if key in annotations)
        reach = "internal" if inside else "public"
        for port in mappings(spec, "ports"):
            number = field(port, "port", default=0)
            words = f"port {number} of the {reach} load balancer of {name}"
            at = ("balancer", identity, number, field(port, "protocol", default="TCP"), reach)
            yield Door(at, words, name, ranges, service, entry=entry)
    if kind == "NodePort" or (
        kind == "LoadBalancer" and field(spec, "allocateLoadBalancerNodePorts", default=True)
    ):
        for port in mappings(spec, "ports"):
            chosen = field(port, "nodePort", default=0) or "of its choice"
            words = f"port {chosen} of every node, for {name}"
            node = ("node", identity, field(port, "port", default=0), chosen)
            yield Door(node, words, name, EVERYBODY, service)


def _of_ingress(ingress: Manifest) -> Iterator[Door]:
    spec = mapping(ingress, "spec")
    entry = field(spec, "ingressClassName", default="") or str(
        mapping(ingress, "metadata", "annotations").get("kubernetes.io/ingress.class", "")
    )
    secrets = {
        host: field(each, "secretName", default="")
        for each in mappings(spec, "tls")
        for host in strings(each, "hosts")
    }
    namespace = namespace_of(ingress)

    def door(host: str, path: str, backend: Manifest, *, exact: bool = False) -> Door:
        leads_to = f"{namespace}/{field(backend, 'service', 'name', default='')}"
        words = f"{host or 'every host'}{path}"
        of_host = host if host in secrets else f"*.{host.partition('.')[2]}"
        tls, secret = of_host in secrets, secrets.get(of_host, "")
        at = ("route", host, path)
        return Door(at, words, leads_to, EVERYBODY, ingress, tls, entry, exact, secret)

    for rule in mappings(spec, "rules"):
        host = field(rule, "host", default="")
        for path in mappings(rule, "http", "paths"):
            exact = path.get("pathType") == "Exact"
            written = field(path, "path", default="/")
            yield door(host, written, mapping(path, "backend"), exact=exact)
    if "defaultBackend" in spec:
        yield door("", _ANY_PATH, mapping(spec, "defaultBackend"))


def _of_gateway(gateway: Manifest) -> Iterator[Door]:
    name = describe(gateway)
    for listener in mappings(gateway, "spec", "listeners"):
        number, host = field(listener, "port", default=0), field(listener, "hostname", default="")
        certificates = mappings(listener, "tls", "certificateRefs")
        yield Door(
            ("listener", ObjectKey.of(gateway), number, host),
            f"port {number} of {name}" + (f" for {host}" if host else ""),
            "",
            EVERYBODY,
            gateway,
            encrypted=listener.get("protocol") in {"HTTPS", "TLS"},
            entry=field(gateway, "spec", "gatewayClassName", default=""),
            certificate=", ".join(field(each, "name", default="") for each in certificates),
        )


def _of_routes(route: Manifest) -> Iterator[Door]:
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
                    f"{host or 'every host'}{path}",
                    ", ".join(backends),
                    EVERYBODY,
                    route,
                    encrypted=True,
                    entry=parents,
                    exact=field(match, "path", "type", default="") == "Exact",
                )
