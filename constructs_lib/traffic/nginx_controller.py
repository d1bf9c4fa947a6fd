"""The F5 NGINX Ingress Controller: its pods, and what both of its renderers write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.host_names import object_name
from constructs_lib.traffic.spoken import Spoken
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


def check_http2(served: ServedRoute) -> None:
    """Refuse gRPC where nginx speaks no HTTP/2."""
    if served.spoken.is_grpc and not isinstance(served.host.tls, Tls):
        raise ConfigurationError(
            "Host.tls",
            served.host.tls,
            "give a certificate: nginx speaks HTTP/2, and so gRPC, over TLS alone",
        )


def pod_certificate(spoken: Spoken) -> dict[str, dict[str, Any]]:
    """Return the Policy, by its name, that verifies the certificate of pods, if it is to be."""
    tls = spoken.tls
    if tls is None or tls.authority is None:
        return {}
    verified = {
        "verifyServer": True,
        "trustedCertSecret": tls.authority,
        "serverName": True,
        "sslName": tls.host_name,
        "protocols": "TLSv1.2 TLSv1.3",
    }
    return {"pod-certificate": {"egressMTLS": verified}}


def client_policies(scope: Construct, host: Host, *, ingress_class: str) -> list[str]:
    """Create the Policy of a host that asks clients for certificates, and return its name."""
    tls = host.tls
    if not isinstance(tls, Tls) or tls.client_authority is None:
        return []
    name = names.short_name(host.object_name, "clients", longest=names.LONGEST)
    _policy(
        scope,
        name,
        {"ingressMTLS": {"clientCertSecret": tls.client_authority, "verifyClient": "on"}},
        namespace=namespace_of(scope),
        labels=host.labels,
        ingress_class=ingress_class,
    )
    return [name]


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
    _policy(
        scope,
        whole,
        spec,
        namespace=served.identity.namespace,
        labels=served.identity.labels,
        ingress_class=ingress_class,
    )
    return whole


def _policy(
    scope: Construct,
    name: str,
    spec: Mapping[str, Any],
    *,
    namespace: str,
    labels: Mapping[str, str],
    ingress_class: str,
) -> None:
    CustomResource(
        scope,
        f"Policy-{name}",
        api_version=API_VERSION,
        kind="Policy",
        metadata=names.metadata(scope, "Policy", name, namespace=namespace, labels=labels),
        fields={"spec": {"ingressClassName": ingress_class, **spec}},
    )
