"""The doors that Ingresses, VirtualServers, Gateways and their routes open."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from constructs_lib.changes.door import ANY_PATH, EVERYBODY, Door
from constructs_lib.changes.ingress_annotations import Asked
from constructs_lib.changes.objects import ObjectKey
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.platform import describe, namespace_of


def of_server(server: Manifest) -> Iterator[Door]:
    """Yield the doors of a VirtualServer: its host with its paths."""
    host = field(server, "spec", "host", default="")
    for route in mappings(server, "spec", "routes"):
        path = field(route, "path", default="/")
        encrypted = bool(mapping(server, "spec", "tls"))
        entry = field(server, "spec", "ingressClassName", default="")
        target = field(route, "action", "pass", default="") or str(route.get("route", ""))
        words = f"{host}{path}"
        yield Door(("route", host, path), words, target, EVERYBODY, server, encrypted, entry)


def of_ingress(ingress: Manifest) -> Iterator[Door]:
    """Yield the doors of an Ingress: its hosts with their paths."""
    spec = mapping(ingress, "spec")
    entry = field(spec, "ingressClassName", default="") or str(
        mapping(ingress, "metadata", "annotations").get("kubernetes.io/ingress.class", "")
    )
    asked = Asked.by(mapping(ingress, "metadata", "annotations"))
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
        return Door(
            at,
            words,
            leads_to,
            asked.sources or EVERYBODY,
            ingress,
            tls,
            entry,
            exact,
            secret,
            asked.redirects,
            asked.guards,
        )

    for rule in mappings(spec, "rules"):
        host = field(rule, "host", default="")
        for path in mappings(rule, "http", "paths"):
            exact = path.get("pathType") == "Exact"
            written = field(path, "path", default="/")
            yield door(host, written, mapping(path, "backend"), exact=exact)
    if "defaultBackend" in spec:
        yield door("", ANY_PATH, mapping(spec, "defaultBackend"))


def of_gateway(gateway: Manifest) -> Iterator[Door]:
    """Yield the doors of a Gateway: what it listens to."""
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
            guards=_taken(listener) | _shown(listener),
        )


def _taken(listener: Manifest) -> frozenset[str]:
    """Return of which namespaces alone routes are attached."""
    match field(listener, "allowedRoutes", "namespaces", "from", default="Same"):
        case "Same":
            return frozenset({"only routes of its own namespace are attached"})
        case "Selector":
            return frozenset({"only routes of selected namespaces are attached"})
    return frozenset()


def _called(match: Manifest) -> str:
    """Return the path of what a GRPCRoute names, which is a service or one of its methods."""
    names = (field(match, "method", key, default="") for key in ("service", "method"))
    return f"/{'/'.join(filter(None, names))}"


def _shown(listener: Manifest) -> frozenset[str]:
    validated = mapping(listener, "tls", "frontendValidation")
    return frozenset({"callers show a certificate"} if validated else ())


def _redirects(rule: Manifest) -> bool:
    return any(
        field(each, "requestRedirect", "scheme", default="") == "https"
        for each in mappings(rule, "filters")
    )


def of_routes(route: Manifest) -> Iterator[Door]:
    """Yield the doors of an HTTPRoute or GRPCRoute: its hosts with their paths."""
    parents = [
        f"{field(p, 'name', default='')} {field(p, 'sectionName', default='')}".strip()
        for p in mappings(route, "spec", "parentRefs")
    ]
    hosts = strings(route, "spec", "hostnames") or [""]
    for parent, host in product(parents, hosts):
        for rule in mappings(route, "spec", "rules"):
            backends = [field(b, "name", default="") for b in mappings(rule, "backendRefs")]
            for match in mappings(rule, "matches") or [{}]:
                path = field(match, "path", "value", default="") or _called(match)
                yield Door(
                    ("route", host, path, parent),
                    f"{host or 'every host'}{path}",
                    ", ".join(backends),
                    EVERYBODY,
                    route,
                    encrypted=True,
                    entry=parent,
                    exact=field(match, "path", "type", default="") == "Exact",
                    redirects=_redirects(rule),
                )
