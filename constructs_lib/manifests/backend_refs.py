"""The backends of routes: of Ingresses, VirtualServers and routes of the Gateway API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import Manifest, field, mapping, mappings
from constructs_lib.manifests.platform import namespace_of
from constructs_lib.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.platform import Platform

INGRESS = "Ingress.networking.k8s.io"
VIRTUAL_SERVERS = ("VirtualServer.k8s.nginx.org", "VirtualServerRoute.k8s.nginx.org")
GATEWAY_ROUTES = ("HTTPRoute.gateway.networking.k8s.io", "GRPCRoute.gateway.networking.k8s.io")


class BackendRef(Value):
    """A backend of a route: a port of a Service.

    Args:
        route: the object with the route.
        namespace: of the Service.
        service: its name.
        port: the name or the number of its port, as an Ingress writes it.
    """

    route: Manifest
    namespace: str
    service: str
    port: dict[str, Any]


def backends_of(platform: Platform) -> Iterator[BackendRef]:
    """Return the backends of all routes of a platform."""
    for ingress in platform.of_kind(INGRESS):
        for service in services_of(ingress):
            yield BackendRef(
                route=ingress,
                namespace=namespace_of(ingress),
                service=field(service, "name", default=""),
                port=mapping(service, "port"),
            )
    for server in platform.of_kind(*VIRTUAL_SERVERS):
        for upstream in mappings(server, "spec", "upstreams"):
            # namespace/name, for a Service of another namespace.
            place, _, name = field(upstream, "service", default="").rpartition("/")
            yield BackendRef(
                route=server,
                namespace=place or namespace_of(server),
                service=name,
                port={"number": upstream.get("port")},
            )
    for route in platform.of_kind(*GATEWAY_ROUTES):
        for rule in mappings(route, "spec", "rules"):
            for reference in mappings(rule, "backendRefs"):
                if field(reference, "kind", default="Service") == "Service":
                    yield BackendRef(
                        route=route,
                        namespace=field(reference, "namespace", default=namespace_of(route)),
                        service=field(reference, "name", default=""),
                        port={"number": reference.get("port")},
                    )


def services_of(ingress: Manifest) -> list[dict[str, Any]]:
    """Return the Services of the backends of an Ingress, as it writes them."""
    found = [mapping(ingress, "spec", "defaultBackend", "service")]
    found += [
        mapping(path, "backend", "service")
        for rule in mappings(ingress, "spec", "rules")
        for path in mappings(rule, "http", "paths")
    ]
    return [service for service in found if service]
