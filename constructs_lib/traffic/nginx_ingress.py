"""Hosts and routes for the F5 NGINX Ingress Controller, as plain Ingress objects."""

from __future__ import annotations

from dataclasses import dataclass, field

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names, quantities
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour
from constructs_lib.rules import check_name
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.policy import (
    LoadBalancing,
    RateLimit,
    Retry,
    SessionCookie,
    Timeouts,
    TrafficPolicy,
)
from constructs_lib.traffic.routes import ServedRoute

_METHODS = {
    LoadBalancing.ROUND_ROBIN: "round_robin",
    LoadBalancing.LEAST_CONNECTIONS: "least_conn",
    LoadBalancing.TWO_RANDOM_CHOICES: "random two least_conn",
    LoadBalancing.CLIENT_ADDRESS: "hash ${binary_remote_addr} consistent",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NginxIngress:
    """The F5 NGINX Ingress Controller 5.4 or newer (https://docs.nginx.com/nginx-ingress-controller/).

    Not the community's ingress-nginx, which was retired in March 2026 and reads
    other annotations. A host is a master Ingress with the certificate, each
    route a minion with paths, so that tiers share the host and each keeps its
    own file. It cannot split traffic between tracks.

    Args:
        ingress_class: the IngressClass that it serves.
        controller: its pods; by default those of its Helm chart in the
            namespace ``nginx-ingress``.

    Raises:
        ConfigurationError: the class is no name.
    """

    ingress_class: str = "nginx"
    controller: Neighbour = field(
        default_factory=lambda: Neighbour(
            name="ingress-controller",
            namespace="nginx-ingress",
            selector={"app.kubernetes.io/name": "nginx-ingress"},
        )
    )

    def __post_init__(self) -> None:
        check_name("NginxIngress.ingress_class", self.ingress_class)

    def render_host(self, scope: Construct, host: Host) -> None:
        """Make the master Ingress."""
        annotations = {
            "nginx.org/mergeable-ingress-type": "master",
            "nginx.org/server-tokens": "false",
            "nginx.org/ssl-redirect": "true",
        }
        if host.tls.hsts_seconds is not None:
            annotations["nginx.org/hsts"] = "true"
            annotations["nginx.org/hsts-max-age"] = str(host.tls.hsts_seconds)
        k8s.KubeIngress(
            scope,
            "Host",
            metadata=names.metadata(
                scope,
                "Ingress",
                host.object_name,
                namespace=names.namespace_of(scope),
                annotations=annotations,
            ),
            spec=k8s.IngressSpec(
                ingress_class_name=self.ingress_class,
                tls=[k8s.IngressTls(hosts=[host.name], secret_name=host.tls.secret_name)],
                rules=[k8s.IngressRule(host=host.name)],
            ),
        )

    def render_route(self, scope: Construct, host: Host, served: ServedRoute) -> None:
        """Make a minion Ingress."""
        if len(served.tracks) > 1:
            raise ConfigurationError(
                "rollout",
                [track.name for track in served.tracks],
                "a plain nginx Ingress cannot split traffic between tracks; use RollingUpdate, "
                "or a renderer that can",
            )
        service = served.tracks[0].service
        annotations = {
            "nginx.org/mergeable-ingress-type": "minion",
            **_policy(served.route.policy, service),
        }
        if served.route.websocket:
            annotations["nginx.org/websocket-services"] = service
        k8s.KubeIngress(
            scope,
            f"Route-{served.name}",
            metadata=names.metadata(
                scope,
                "Ingress",
                served.name,
                namespace=served.identity.namespace,
                labels=served.identity.labels,
                annotations=annotations,
            ),
            spec=k8s.IngressSpec(
                ingress_class_name=self.ingress_class,
                rules=[
                    k8s.IngressRule(
                        host=host.name,
                        http=k8s.HttpIngressRuleValue(
                            paths=[
                                part
                                for path in served.route.paths
                                for part in _paths(path, service)
                            ]
                        ),
                    )
                ],
            ),
        )


def _paths(path: str, service: str) -> list[k8s.HttpIngressPath]:
    """Write a path so that nginx means what Kubernetes means.

    Its prefix ``/tea`` would match ``/teapot`` too; the exact ``/tea`` and the
    prefix ``/tea/`` together are what every controller reads alike.
    """
    backend = k8s.IngressBackend(
        service=k8s.IngressServiceBackend(name=service, port=k8s.ServiceBackendPort(name="http"))
    )
    if path == "/":
        return [k8s.HttpIngressPath(path="/", path_type="Prefix", backend=backend)]
    return [
        k8s.HttpIngressPath(path=path, path_type="Exact", backend=backend),
        k8s.HttpIngressPath(path=f"{path}/", path_type="Prefix", backend=backend),
    ]


def _policy(policy: TrafficPolicy, service: str) -> dict[str, str]:
    return {
        **_timeouts(policy.timeouts),
        **_retry(policy.retry),
        **_rate_limit(policy.rate_limit),
        **_session_cookie(policy.session_cookie, service),
        "nginx.org/lb-method": _METHODS[policy.load_balancing],
        "nginx.org/client-max-body-size": _size(policy.max_body_size),
    }


def _timeouts(timeouts: Timeouts) -> dict[str, str]:
    return {
        "nginx.org/proxy-connect-timeout": f"{timeouts.connect_seconds}s",
        "nginx.org/proxy-read-timeout": f"{timeouts.read_seconds}s",
        "nginx.org/proxy-send-timeout": f"{timeouts.send_seconds}s",
    }


def _retry(retry: Retry | None) -> dict[str, str]:
    if retry is None:
        return {"nginx.org/proxy-next-upstream": "off"}
    return {
        "nginx.org/proxy-next-upstream": " ".join(reason.value for reason in retry.on),
        "nginx.org/proxy-next-upstream-tries": str(retry.attempts),
        "nginx.org/proxy-next-upstream-timeout": f"{retry.timeout_seconds}s",
    }


def _rate_limit(limit: RateLimit | None) -> dict[str, str]:
    if limit is None:
        return {}
    return {
        "nginx.org/limit-req-rate": f"{limit.requests_per_second}r/s",
        "nginx.org/limit-req-key": "${binary_remote_addr}",
        "nginx.org/limit-req-zone-size": "10M",
        "nginx.org/limit-req-burst": str(limit.burst),
        "nginx.org/limit-req-no-delay": "true",
        "nginx.org/limit-req-reject-code": "429",
    }


def _session_cookie(cookie: SessionCookie | None, service: str) -> dict[str, str]:
    if cookie is None:
        return {}
    return {
        "nginx.org/sticky-cookie-services": (
            f"serviceName={service} {cookie.name} expires={cookie.expires_seconds}s "
            "path=/ httponly secure"
        )
    }


def _size(quantity: str) -> str:
    """Write bytes as nginx does, whose k and m are powers of 1024."""
    size = int(quantities.parse_bytes(quantity, "TrafficPolicy.max_body_size"))
    for unit, factor in (("m", 2**20), ("k", 2**10)):
        if size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)
