"""Hosts and routes for any controller of the Gateway API, in its standard channel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour
from constructs_lib.rules import check_name, check_range, check_seconds
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.capabilities import check_expressed
from constructs_lib.traffic.gateway_fields import WRITERS
from constructs_lib.traffic.gateway_objects import (
    gateway_object,
    parent,
    redirect_to_host,
    redirect_to_https,
    route_to_tier,
)
from constructs_lib.traffic.host import Host, ServedRoute, object_name
from constructs_lib.traffic.tls import Tls
from constructs_lib.values import Value

_NAMESPACE = "kubernetes.io/metadata.name"


# What classes begin with, and how long their data planes keep connections to pods: nginx, those of
# Google (https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries), and Traefik.
_IDLE_SECONDS = {"nginx": 60, "kong": 60, "gke-l7": 600, "traefik": 90}
# Most others are Envoy (https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts).
_ENVOY_IDLE_SECONDS = 3600


class UsualOfClass(Value):
    """What is usual for the GatewayClass."""


class GatewayApi(Value):
    """A controller of the Gateway API 1.2 or newer (https://gateway-api.sigs.k8s.io/).

    A host is a Gateway with a route that redirects to HTTPS, each route of a
    tier an HTTPRoute. It splits traffic by weight and by header. The standard
    channel has no rate limits, cookies, caches or error pages, and its retries, from 1.7 on,
    repeat any request, also a POST: give the routes `PORTABLE_POLICY`, with
    `request_timeout_seconds` and `response_headers` if you like. For a Gateway that is there
    already, see `ExistingGateway`.

    Args:
        gateway_class: the GatewayClass of the Gateway.
        namespace: of the Gateway, and of the chart of the `PublicHost`.
        controller: the pods of the data plane.
        keeps_connections_seconds: how long the data plane keeps connections to pods that it does
            not use, which each must keep for longer; as usual for the class by default.
        detach_seconds: how long it may still send requests to a pod that terminates.

    Raises:
        ConfigurationError: a class or namespace that is no name.
    """

    gateway_class: str
    namespace: str
    controller: Neighbour
    keeps_connections_seconds: int | UsualOfClass = UsualOfClass()
    detach_seconds: int = 10

    def __post_init__(self) -> None:
        check_name("GatewayApi.gateway_class", self.gateway_class)
        check_name("GatewayApi.namespace", self.namespace)
        if isinstance(self.keeps_connections_seconds, int):
            check_seconds("GatewayApi.keeps_connections_seconds", self.keeps_connections_seconds)
        check_range("GatewayApi.detach_seconds", self.detach_seconds, 1, 600)

    @property
    def expressed(self) -> Collection[str]:
        """The parts of a `TrafficPolicy` that it supports, by their fields."""
        return WRITERS

    @property
    def idle_seconds(self) -> int:
        """What is said, or what is known of the class."""
        said = self.keeps_connections_seconds
        if isinstance(said, int):
            return said
        known = (s for begin, s in _IDLE_SECONDS.items() if self.gateway_class.startswith(begin))
        return next(known, _ENVOY_IDLE_SECONDS)

    @property
    def default_read_seconds(self) -> None:
        """Nothing: the API has no such timeout, and leaves its own to each controller.

        https://gateway-api.sigs.k8s.io/reference/spec/#httproutetimeouts
        """
        return None

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Create the Gateway, and the route that redirects."""
        if namespace_of(scope) != self.namespace:
            raise ConfigurationError(
                "GatewayApi.namespace",
                self.namespace,
                f"make the PublicHost in a chart of it, not of {namespace_of(scope)!r}",
            )
        routed = sorted({route.identity.namespace for route in served} | {self.namespace})
        if not isinstance(host.tls, Tls):
            raise ConfigurationError(
                "Host.tls", host.tls, "give the certificate: a Gateway of its own ends TLS itself"
            )
        certificate = host.tls.secret_name
        gateway_object(
            scope,
            "Gateway",
            host.object_name,
            {
                "gatewayClassName": self.gateway_class,
                "listeners": [
                    listener
                    for name in host.names
                    for listener in _listeners(host, name, routed, certificate)
                ],
            },
            labels=host.labels,
            annotations=host.annotations,
        )
        redirect_to_https(scope, host, self._listener(host, host.name, "http"))

    def render_redirect(self, scope: Construct, host: Host, name: str) -> None:
        """Create an HTTPRoute that redirects, on listeners of its own."""
        at = [self._listener(host, name, protocol) for protocol in ("http", "https")]
        redirect_to_host(scope, host, name, at)

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create an HTTPRoute."""
        check_expressed(self, served.policy)
        route_to_tier(scope, served, self._listener(served.host, served.host.name, "https"))

    def _listener(self, host: Host, name: str, protocol: str) -> dict[str, str]:
        return parent(host.object_name, self.namespace, _listener_name(host, name, protocol))


def _listener_name(host: Host, name: str, protocol: str) -> str:
    return protocol if name == host.name else f"{protocol}-{object_name(name)}"


def _listeners(
    host: Host, name: str, namespaces: list[str], secret: str
) -> Iterator[dict[str, Any]]:
    among = {"key": _NAMESPACE, "operator": "In", "values": namespaces}
    certificate = {"mode": "Terminate", "certificateRefs": [{"name": secret}]}
    for protocol, port, tls in (("http", 80, None), ("https", 443, certificate)):
        yield {
            "name": _listener_name(host, name, protocol),
            "port": port,
            "protocol": protocol.upper(),
            "hostname": name,
            "allowedRoutes": {
                "namespaces": {"from": "Selector", "selector": {"matchExpressions": [among]}}
            },
            "tls": tls,
        }
