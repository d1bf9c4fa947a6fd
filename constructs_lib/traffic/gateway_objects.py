"""The objects of the Gateway API that lead to a tier, or redirect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import reject
from constructs_lib.labels import Identity
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.gateway_rules import rules_of
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.host_names import object_name
from constructs_lib.traffic.spoken import PodTls


def parent(name: str, namespace: str, listener: str) -> dict[str, str]:
    """Return the reference to a listener of a Gateway."""
    return {"name": name, "namespace": namespace, "sectionName": listener}


def route_to_tier(scope: Construct, served: ServedRoute, at: Mapping[str, str]) -> None:
    """Create the HTTPRoute or GRPCRoute of a tier, on a listener, and what says of its TLS."""
    if served.spoken.tls is not None:
        for track in served.tracks:
            _trust(scope, served.identity, track.service, served.spoken.tls)
    gateway_object(
        scope,
        _kind(served),
        served.name,
        {
            "parentRefs": [dict(at)],
            "hostnames": [served.host.name],
            "rules": rules_of(served),
        },
        identity=served.identity,
        labels=served.route.labels,
        annotations=served.route.annotations,
    )


def check_one_kind(served: Sequence[ServedRoute]) -> None:
    """Refuse a host with HTTP and gRPC, of which a Gateway would take one kind of route.

    https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute
    """
    if len({route.spoken.is_grpc for route in served}) > 1:
        reject(
            "Host.name",
            served[0].host_name,
            "give gRPC a host of its own: a Gateway has routes of one kind for a host",
        )


def _kind(served: ServedRoute) -> str:
    return "GRPCRoute" if served.spoken.is_grpc else "HTTPRoute"


def _trust(scope: Construct, identity: Identity, service: str, tls: PodTls) -> None:
    """Create the BackendTLSPolicy of a Service, once for all its routes."""
    kind = "BackendTLSPolicy"
    if tls.authority is None:
        reject(
            "PodTls.authority", None, "name the ConfigMap: the Gateway API knows no TLS without it"
        )
    if scope.node.try_find_child(f"{kind}-{service}") is not None:
        return
    gateway_object(
        scope,
        kind,
        service,
        {
            "targetRefs": [{"group": "", "kind": "Service", "name": service}],
            "validation": {
                "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": tls.authority}],
                "hostname": tls.host_name,
            },
        },
        identity=identity,
    )


def redirect_to_https(scope: Construct, host: Host, at: Mapping[str, str]) -> None:
    """Create the HTTPRoute that redirects plain HTTP of a host, on a listener."""
    _redirect(scope, host.name, [at], {"scheme": "https"})


def redirect_to_host(
    scope: Construct, host: Host, name: str, at: Sequence[Mapping[str, str]]
) -> None:
    """Create the HTTPRoute that redirects another name to a host, on listeners."""
    _redirect(scope, name, at, {"scheme": host.scheme, "hostname": host.name})


def _redirect(
    scope: Construct, name: str, at: Sequence[Mapping[str, str]], to: Mapping[str, str]
) -> None:
    redirect = {**to, "statusCode": 301}
    gateway_object(
        scope,
        "HTTPRoute",
        names.short_name(object_name(name), "redirect", longest=names.LONGEST),
        {
            "parentRefs": [dict(each) for each in at],
            "hostnames": [name],
            "rules": [{"filters": [{"type": "RequestRedirect", "requestRedirect": redirect}]}],
        },
    )


def gateway_object(
    scope: Construct,
    kind: str,
    name: str,
    spec: dict[str, Any],
    *,
    identity: Identity | None = None,
    labels: Mapping[str, str] = MappingProxyType({}),
    annotations: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Create an object of the group, of a tier or in the namespace of the chart of a host."""
    CustomResource(
        scope,
        f"{kind}-{name}",
        api_version="gateway.networking.k8s.io/v1",
        kind=kind,
        metadata=names.metadata(
            scope,
            kind,
            name,
            namespace=identity.namespace if identity else namespace_of(scope),
            labels={**labels, **(identity.labels if identity else {})},
            annotations=annotations,
            field="id" if identity else "Host.name",
        ),
        fields={"spec": spec},
    )
