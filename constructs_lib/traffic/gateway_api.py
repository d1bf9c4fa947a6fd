"""Hosts and routes for any controller of the Gateway API, in its standard channel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour
from constructs_lib.labels import Identity
from constructs_lib.rollouts.request_match import HeaderMatch, Match
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import check_name
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.capabilities import check_expressed
from constructs_lib.traffic.gateway_fields import WRITERS, fields_of
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.service import HTTP_PORT
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
                    _listener("http", host, routed),
                    {
                        **_listener("https", host, routed),
                        "tls": {
                            "mode": "Terminate",
                            "certificateRefs": [{"name": host.tls.secret_name}],
                        },
                    },
                ],
            },
        )
        redirect = {
            "type": "RequestRedirect",
            "requestRedirect": {"scheme": "https", "statusCode": 301},
        }
        self._object(
            scope,
            "HTTPRoute",
            f"{host.object_name}-redirect",
            {
                "parentRefs": [self._parent(host, "http")],
                "hostnames": [host.name],
                "rules": [{"filters": [redirect]}],
            },
        )

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create an HTTPRoute; rules with a header are first, since more specific ones win."""
        check_expressed(self, served.policy)
        fields = fields_of(served.policy)
        host = served.host
        if served.response_headers:
            fields["filters"] = [
                *fields.get("filters", ()),
                _response_headers(served.response_headers),
            ]
        rules = [
            {
                **fields,
                "matches": _paths(served, [_header(match)]),
                "backendRefs": [_backend(track)],
            }
            for track in served.tracks
            for match in track.matches
        ]
        shares = [
            {**_backend(track), "weight": track.weight} for track in served.tracks if track.weight
        ]
        rules.append({**fields, "matches": _paths(served, None), "backendRefs": shares})
        self._object(
            scope,
            "HTTPRoute",
            served.name,
            {
                "parentRefs": [self._parent(host, "https")],
                "hostnames": [host.name],
                "rules": rules,
            },
            served.identity,
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
        identity: Identity | None = None,
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
                labels=identity.labels if identity else None,
                field="id" if identity else "Host.name",
            ),
            fields={"spec": spec},
        )


def _listener(protocol: str, host: Host, namespaces: list[str]) -> dict[str, Any]:
    among = {"key": _NAMESPACE, "operator": "In", "values": namespaces}
    return {
        "name": protocol,
        "port": 443 if protocol == "https" else 80,
        "protocol": protocol.upper(),
        "hostname": host.name,
        "allowedRoutes": {
            "namespaces": {"from": "Selector", "selector": {"matchExpressions": [among]}}
        },
    }


def _paths(served: ServedRoute, headers: list[dict[str, str]] | None) -> list[dict[str, Any]]:
    return [
        {"path": {"type": "PathPrefix", "value": path}, "headers": headers}
        for path in served.route.paths
    ]


def _header(match: Match) -> dict[str, str]:
    if not isinstance(match, HeaderMatch):
        raise ConfigurationError(
            "Track.matches",
            match,
            "GatewayApi matches no cookies; use a HeaderMatch, or VirtualServer",
        )
    return {"name": match.name, "value": match.value}


def _backend(track: Backend) -> dict[str, Any]:
    return {"name": track.service, "port": HTTP_PORT}


def _response_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    modified = [{"name": name, "value": value} for name, value in headers.items()]
    return {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": modified}}
