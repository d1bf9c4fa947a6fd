"""Hosts and routes for the F5 NGINX Ingress Controller, as plain Ingress objects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import field

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.network import Neighbour, Outside
from constructs_lib.rules import check_name
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.annotations import annotated
from constructs_lib.traffic.capabilities import check_expressed
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.nginx_annotations import annotations_of, expressed_for
from constructs_lib.traffic.nginx_controller import (
    DEFAULT_READ_SECONDS,
    DETACH_SECONDS,
    IDLE_SECONDS,
    check_http2,
    client_policies,
    nginx_controller,
    pod_certificate,
    policy_object,
    redirect,
)
from constructs_lib.traffic.routes import Location
from constructs_lib.traffic.spoken import Spoken
from constructs_lib.traffic.tls import PlainHttp, Tls
from constructs_lib.values import Value


class NginxIngress(Value):
    """The F5 NGINX Ingress Controller 5.5 or newer (https://docs.nginx.com/nginx-ingress-controller/).

    Not the community's ingress-nginx, which was retired in March 2026 and reads
    other annotations. A host is a master Ingress with the certificate, each
    route a minion with paths, so that tiers share the host and each keeps its
    own file. It cannot split traffic between tracks. What no annotation can say is a custom
    resource of the controller: a name that redirects to a host, and allowed ranges.

    Args:
        ingress_class: the IngressClass of the controller.
        controller: its pods; by default those of its Helm chart in the
            namespace ``nginx-ingress``. With `hostNetwork` it has the addresses of its nodes:
            ``Outside(name="nodes", cidrs=(…,))``.

    Raises:
        ConfigurationError: the class is no name.
    """

    ingress_class: str = "nginx"
    controller: Neighbour | Outside = field(default_factory=nginx_controller)

    def __post_init__(self) -> None:
        check_name("NginxIngress.ingress_class", self.ingress_class)

    def expressed(self, spoken: Spoken) -> Collection[str]:
        """Return the parts of a `TrafficPolicy` that it supports, by their fields."""
        return expressed_for(spoken)

    @property
    def default_read_seconds(self) -> int:
        """The default of nginx, and of the controller."""
        return DEFAULT_READ_SECONDS

    @property
    def idle_seconds(self) -> int:
        """The default of nginx for connections to pods."""
        return IDLE_SECONDS

    @property
    def detach_seconds(self) -> int:
        """What was seen to take less than a second, with a margin."""
        return DETACH_SECONDS

    @property
    def splits_traffic(self) -> bool:
        """No: no annotation says it."""
        return False

    @property
    def shares_hosts(self) -> bool:
        """Yes: minions of any namespace join the master."""
        return True

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Create the master Ingress."""
        tls = host.tls if isinstance(host.tls, Tls) else None
        annotations = {
            "nginx.org/mergeable-ingress-type": "master",
            "nginx.org/server-tokens": "false",
        }
        if not isinstance(host.tls, PlainHttp):
            annotations["nginx.org/ssl-redirect" if tls else "nginx.org/redirect-to-https"] = "true"
        if host.tls.hsts_seconds is not None:
            annotations["nginx.org/hsts"] = "true"
            annotations["nginx.org/hsts-max-age"] = str(host.tls.hsts_seconds)
            if tls is None:
                annotations["nginx.org/hsts-behind-proxy"] = "true"
        policies = client_policies(scope, host, ingress_class=self.ingress_class)
        if policies:
            annotations["nginx.org/policies"] = ",".join(policies)
        k8s.KubeIngress(
            scope,
            f"Host-{host.name}",
            metadata=names.metadata(
                scope,
                "Ingress",
                host.object_name,
                field="Host.name",
                namespace=namespace_of(scope),
                labels=host.labels,
                annotations=annotated(
                    "Host.annotations", host.annotations, written=annotations, by=self
                ),
            ),
            spec=k8s.IngressSpec(
                ingress_class_name=self.ingress_class,
                tls=[k8s.IngressTls(hosts=[host.name], secret_name=tls.secret_name)]
                if tls
                else None,
                rules=[k8s.IngressRule(host=host.name)],
            ),
        )

    def render_redirect(self, scope: Construct, host: Host, name: str) -> None:
        """Create a VirtualServer."""
        redirect(scope, host, name, ingress_class=self.ingress_class)

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create a minion Ingress."""
        service = served.tracks[0].service
        policy, spoken = served.policy, served.spoken
        check_expressed(served)
        check_http2(served)
        annotations = {
            "nginx.org/mergeable-ingress-type": "minion",
            **annotations_of(policy, service),
        }
        policies = pod_certificate(spoken)
        if policy.allowed_ranges is not None:
            policies["allowed-ranges"] = {"accessControl": {"allow": [*policy.allowed_ranges]}}
        if policies:
            annotations["nginx.org/policies"] = ",".join(
                policy_object(scope, served, name, spec, ingress_class=self.ingress_class)
                for name, spec in sorted(policies.items())
            )
        if spoken.is_grpc:
            annotations["nginx.org/grpc-services"] = service
        if spoken.tls is not None:
            annotations["nginx.org/ssl-services"] = service
        if served.route.websocket:
            annotations["nginx.org/websocket-services"] = service
        locations = served.route.locations
        if served.route.rewrite is not None:
            # One for all locations: the last is a prefix, if any is.
            annotations["nginx.org/rewrites"] = (
                f"serviceName={service} rewrite={locations[-1].rewritten}"
            )
        k8s.KubeIngress(
            scope,
            f"Route-{served.name}",
            metadata=names.metadata(
                scope,
                "Ingress",
                served.name,
                namespace=served.identity.namespace,
                labels=served.labels,
                annotations=annotated(
                    "Route.annotations", served.route.annotations, written=annotations, by=self
                ),
            ),
            spec=k8s.IngressSpec(
                ingress_class_name=self.ingress_class,
                rules=[
                    k8s.IngressRule(
                        host=served.host_name,
                        http=k8s.HttpIngressRuleValue(
                            paths=[_path(each, service, served.route.port) for each in locations]
                        ),
                    )
                ],
            ),
        )


def _path(location: Location, service: str, port: str) -> k8s.HttpIngressPath:
    return k8s.HttpIngressPath(
        path=location.path,
        path_type="Exact" if location.exact else "Prefix",
        backend=k8s.IngressBackend(
            service=k8s.IngressServiceBackend(name=service, port=k8s.ServiceBackendPort(name=port))
        ),
    )
