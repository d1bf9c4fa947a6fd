"""Hosts and routes for any controller of the Gateway API, in its standard channel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from constructs import Construct

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.network import Neighbour, Outside
from constructs_lib.rules import check_annotations, check_name, check_namespace, check_seconds
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.capabilities import check_expressed
from constructs_lib.traffic.data_planes import UsualOfClass, of_class, usual_detach_seconds
from constructs_lib.traffic.gateway_fields import expressed_for
from constructs_lib.traffic.gateway_objects import (
    check_one_kind,
    gateway_object,
    parent,
    redirect_to_host,
    redirect_to_https,
    route_to_tier,
)
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.host_names import object_name
from constructs_lib.traffic.spoken import Spoken
from constructs_lib.traffic.tls import PlainHttp, Tls, TlsInFront
from constructs_lib.values import Value

_NAMESPACE = "kubernetes.io/metadata.name"


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
        controller: the pods of the data plane, or the addresses of one that is not in pods, such as
            of a cloud.
        keeps_connections_seconds: how long the data plane keeps connections to pods that it does
            not use, which each must keep for longer; as usual for the class by default.
        detaches_in_seconds: how long it may still send requests to a pod that terminates; as usual
            for the class by default, or for where it is.
        timeout_seconds: how long it waits for the answer to a request, where the route does not
            say: 30 with the classes of GKE, until a GCPBackendPolicy says more; None where it is
            not known.
        tls_options: of the listeners for HTTPS, in the words of the controller, such as
            ``{"nginx.org/ssl-protocols": "TLSv1.3"}`` for the NGINX Gateway Fabric; a controller
            refuses those that it does not know.

    Raises:
        ConfigurationError: a class or namespace that is no name, or a duration that cannot work.
    """

    gateway_class: str
    namespace: str
    controller: Neighbour | Outside
    keeps_connections_seconds: int | UsualOfClass = UsualOfClass()
    detaches_in_seconds: int | UsualOfClass = UsualOfClass()
    timeout_seconds: int | UsualOfClass | None = UsualOfClass()
    tls_options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_name("GatewayApi.gateway_class", self.gateway_class)
        check_namespace("GatewayApi.namespace", self.namespace)
        check_annotations("GatewayApi.tls_options", self.tls_options)
        for name in ("keeps_connections_seconds", "detaches_in_seconds", "timeout_seconds"):
            said = getattr(self, name)
            if isinstance(said, int):
                check_seconds(f"GatewayApi.{name}", said)

    def expressed(self, spoken: Spoken) -> Collection[str]:
        """Return the parts of a `TrafficPolicy` that it supports, by their fields."""
        return expressed_for(spoken)

    @property
    def idle_seconds(self) -> int:
        """What is said, or what is known of the class."""
        said = self.keeps_connections_seconds
        return said if isinstance(said, int) else of_class(self.gateway_class).idle_seconds

    @property
    def detach_seconds(self) -> int:
        """What is said, or known of the class, or usual for where the data plane is."""
        said = self.detaches_in_seconds
        if isinstance(said, int):
            return said
        return of_class(self.gateway_class).detach_seconds or usual_detach_seconds(self.controller)

    @property
    def default_read_seconds(self) -> int | None:
        """What is said, or known of the class: the API leaves it to each controller.

        https://gateway-api.sigs.k8s.io/reference/spec/#httproutetimeouts
        """
        said = self.timeout_seconds
        if isinstance(said, UsualOfClass):
            return of_class(self.gateway_class).timeout_seconds
        return said

    @property
    def splits_traffic(self) -> bool:
        """Yes, by weight and header."""
        return True

    @property
    def shares_hosts(self) -> bool:
        """No: the Gateway names the namespaces whose routes it takes."""
        return False

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Create the Gateway, and the route that redirects."""
        if namespace_of(scope) != self.namespace:
            raise ConfigurationError(
                "GatewayApi.namespace",
                self.namespace,
                f"make the PublicHost in a chart of it, not of {namespace_of(scope)!r}",
            )
        check_one_kind(served)
        routed = sorted({route.identity.namespace for route in served} | {self.namespace})
        if isinstance(host.tls, TlsInFront):
            raise ConfigurationError(
                "Host.tls",
                host.tls,
                "give the certificate, since a Gateway of its own ends TLS itself; or PlainHttp()",
            )
        if isinstance(host.tls, PlainHttp) and self.tls_options:
            reject(
                "GatewayApi.tls_options", self.tls_options, "leave them out: the host has no TLS"
            )
        certificate = host.tls.secret_name if isinstance(host.tls, Tls) else None
        gateway_object(
            scope,
            "Gateway",
            host.object_name,
            {
                "gatewayClassName": self.gateway_class,
                "listeners": [
                    listener
                    for name in host.names
                    for listener in _listeners(host, name, routed, certificate, self.tls_options)
                ],
                "tls": _asked_of_clients(host),
            },
            labels=host.labels,
            annotations=host.annotations,
        )
        if certificate is not None:
            redirect_to_https(scope, host, self._listener(host, host.name, "http"))

    def render_redirect(self, scope: Construct, host: Host, name: str) -> None:
        """Create an HTTPRoute that redirects, on listeners of its own."""
        protocols = dict.fromkeys(("http", host.scheme))
        at = [self._listener(host, name, protocol) for protocol in protocols]
        redirect_to_host(scope, host, name, at)

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create an HTTPRoute."""
        check_expressed(served)
        route_to_tier(scope, served, self._listener(served.host, served.host.name, served.scheme))

    def _listener(self, host: Host, name: str, protocol: str) -> dict[str, str]:
        return parent(host.object_name, self.namespace, _listener_name(host, name, protocol))


def _asked_of_clients(host: Host) -> dict[str, Any] | None:
    authority = host.tls.client_authority if isinstance(host.tls, Tls) else None
    if authority is None:
        return None
    trusted = [{"group": "", "kind": "ConfigMap", "name": authority}]
    return {"frontend": {"default": {"validation": {"caCertificateRefs": trusted}}}}


def _listener_name(host: Host, name: str, protocol: str) -> str:
    return protocol if name == host.name else f"{protocol}-{object_name(name)}"


def _listeners(
    host: Host,
    name: str,
    namespaces: list[str],
    secret: str | None,
    options: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    among = {"key": _NAMESPACE, "operator": "In", "values": namespaces}
    certificate = {
        "mode": "Terminate",
        "certificateRefs": [{"name": secret}],
        "options": dict(options) or None,
    }
    offered = (("http", 80, None), ("https", 443, certificate))
    for protocol, port, tls in offered if secret else offered[:1]:
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
