"""The F5 NGINX Ingress Controller: its pods, and what both of its renderers write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.facts.network import Neighbour
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.host_names import object_name
from constructs_lib.traffic.tls import PlainHttp, Tls, TlsInFront

API_VERSION = "k8s.nginx.org/v1"
# https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout
DEFAULT_READ_SECONDS = 60
# https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout
IDLE_SECONDS = 60
# Endpoints were seen to be gone after less than one.
DETACH_SECONDS = 10


def nginx_controller() -> Neighbour:
    """Return the pods of the controller as its Helm chart runs them."""
    return Neighbour(
        name="ingress-controller",
        namespace="nginx-ingress",
        selector={"app.kubernetes.io/name": "nginx-ingress"},
    )


def virtual_server_tls(host: Host) -> dict[str, Any] | None:
    """Return the certificate of a VirtualServer, and its redirect to HTTPS."""
    match host.tls:
        case Tls(secret_name=secret):
            return {"secret": secret, "redirect": {"enable": True}}
        case TlsInFront():
            return {"redirect": {"enable": True, "basedOn": "x-forwarded-proto"}}
        case PlainHttp():
            return None


def redirect(scope: Construct, host: Host, name: str, *, ingress_class: str) -> None:
    """Create a VirtualServer that redirects a name to a host, which no annotation can."""
    CustomResource(
        scope,
        f"Redirect-{name}",
        api_version=API_VERSION,
        kind="VirtualServer",
        metadata=names.metadata(
            scope,
            "VirtualServer",
            object_name(name),
            field="Host.redirects_from",
            namespace=namespace_of(scope),
            labels=host.labels,
        ),
        fields={
            "spec": {
                "ingressClassName": ingress_class,
                "host": name,
                "tls": virtual_server_tls(host),
                "routes": [
                    {
                        "path": "/",
                        "action": {"redirect": {"url": f"{host.url}${{request_uri}}", "code": 301}},
                    }
                ],
            }
        },
    )


def policy_name(served: ServedRoute, name: str) -> str:
    """Return the name of a Policy of a route."""
    return names.short_name(served.name, name, longest=names.LONGEST)


def policy_object(
    scope: Construct,
    served: ServedRoute,
    name: str,
    spec: Mapping[str, Any],
    *,
    ingress_class: str,
) -> str:
    """Create a Policy of a route, beside its tier, and return its name."""
    whole = policy_name(served, name)
    CustomResource(
        scope,
        f"Policy-{whole}",
        api_version=API_VERSION,
        kind="Policy",
        metadata=names.metadata(
            scope,
            "Policy",
            whole,
            namespace=served.identity.namespace,
            labels=served.identity.labels,
        ),
        fields={"spec": {"ingressClassName": ingress_class, **spec}},
    )
    return whole
