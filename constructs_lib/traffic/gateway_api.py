"""Hosts and routes for any controller of the Gateway API, in its standard channel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour
from constructs_lib.labels import Identity
from constructs_lib.rules import check_name
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.capabilities import check_expressed
from constructs_lib.traffic.gateway_fields import WRITERS
from constructs_lib.traffic.gateway_rules import rules_of
from constructs_lib.traffic.host import Host, ServedRoute, object_name
from constructs_lib.values import Value

_API_VERSION = "gateway.networking.k8s.io/v1"
_NAMESPACE = "kubernetes.io/metadata.name"


class GatewayApi(Value):
    """A controller of the Gateway API 1.2 or newer (https://gateway-api.sigs.k8s.io/).

    A host is a Gateway with a route that redirects to HTTPS, each route of a
    tier an HTTPRoute. It splits traffic by weight and by header. The standard
    channel has no retries, rate limits, cookies, caches or error pages: give the
    routes `PORTABLE_POLICY`, with `request_timeout_seconds` if you like.

    Args:
        gateway_class: the GatewayClass of the Gateway.
        namespace: of the Gateway, and of the chart of the `PublicHost`.
        controller: the pods of the data plane.

    Raises:
        ConfigurationError: a class or namespace that is no name.
    """

    gateway_class: str
    namespace: str
    controller: Neighbour

    def __post_init__(self) -> None:
        check_name("GatewayApi.gateway_class", self.gateway_class)
        check_name("GatewayApi.namespace", self.namespace)

    @property
    def expressed(self) -> Collection[str]:
        """The parts of a `TrafficPolicy` that it supports, by their fields."""
        return WRITERS

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
        self._object(
            scope,
            "Gateway",
            host.object_name,
            {
                "gatewayClassName": self.gateway_class,
                "listeners": [
                    listener for name in host.names for listener in _listeners(host, name, routed)
                ],
            },
            labels=host.labels,
            annotations=host.annotations,
        )
        self._redirect(scope, host, host.name, protocols=("http",), to={})

    def render_redirect(self, scope: Construct, host: Host, name: str) -> None:
        """Create an HTTPRoute that redirects, on listeners of its own."""
        self._redirect(scope, host, name, protocols=("http", "https"), to={"hostname": host.name})

    def _redirect(
        self,
        scope: Construct,
        host: Host,
        name: str,
        *,
        protocols: Sequence[str],
        to: Mapping[str, str],
    ) -> None:
        redirect = {
            "type": "RequestRedirect",
            "requestRedirect": {"scheme": "https", **to, "statusCode": 301},
        }
        listeners = (_listener_name(host, name, protocol) for protocol in protocols)
        self._object(
            scope,
            "HTTPRoute",
            f"{object_name(name)}-redirect",
            {
                "parentRefs": [self._parent(host, listener) for listener in listeners],
                "hostnames": [name],
                "rules": [{"filters": [redirect]}],
            },
        )

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create an HTTPRoute; rules with a header are first, since more specific ones win."""
        check_expressed(self, served.policy)
        self._object(
            scope,
            "HTTPRoute",
            served.name,
            {
                "parentRefs": [self._parent(served.host, "https")],
                "hostnames": [served.host.name],
                "rules": rules_of(served),
            },
            identity=served.identity,
        )

    def _parent(self, host: Host, listener: str) -> dict[str, str]:
        return {
            "name": host.object_name,
            "namespace": self.namespace,
            "sectionName": listener,
        }

    def _object(
        self,
        scope: Construct,
        kind: str,
        name: str,
        spec: dict[str, Any],
        *,
        identity: Identity | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        CustomResource(
            scope,
            f"{kind}-{name}",
            api_version=_API_VERSION,
            kind=kind,
            metadata=names.metadata(
                scope,
                kind,
                name,
                namespace=identity.namespace if identity else self.namespace,
                labels=identity.labels if identity else labels,
                annotations=annotations,
                field="id" if identity else "Host.name",
            ),
            fields={"spec": spec},
        )


def _listener_name(host: Host, name: str, protocol: str) -> str:
    return protocol if name == host.name else f"{protocol}-{object_name(name)}"


def _listeners(host: Host, name: str, namespaces: list[str]) -> Iterator[dict[str, Any]]:
    among = {"key": _NAMESPACE, "operator": "In", "values": namespaces}
    certificate = {"mode": "Terminate", "certificateRefs": [{"name": host.tls.secret_name}]}
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
