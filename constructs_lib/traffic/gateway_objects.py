"""The objects of the Gateway API that lead to a tier, or redirect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.labels import Identity
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.gateway_rules import rules_of
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.host_names import object_name


def parent(name: str, namespace: str, listener: str) -> dict[str, str]:
    """Return the reference to a listener of a Gateway."""
    return {"name": name, "namespace": namespace, "sectionName": listener}


def route_to_tier(scope: Construct, served: ServedRoute, at: Mapping[str, str]) -> None:
    """Create the HTTPRoute of a tier, on a listener."""
    gateway_object(
        scope,
        "HTTPRoute",
        served.name,
        {
            "parentRefs": [dict(at)],
            "hostnames": [served.host.name],
            "rules": rules_of(served),
        },
        identity=served.identity,
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
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
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
            labels=identity.labels if identity else labels,
            annotations=annotations,
            field="id" if identity else "Host.name",
        ),
        fields={"spec": spec},
    )
