"""A Service of type LoadBalancer in front of a tier, in addition to the ingress."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Protocol

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Outside
from constructs_lib.labels import Identity
from constructs_lib.pods.service import families, service
from constructs_lib.quantities import int_or_string
from constructs_lib.rollouts.tracks import Track
from constructs_lib.rules import (
    check_distinct,
    check_label_key,
    check_member,
    check_range,
)
from constructs_lib.traffic.limits import check_ranges
from constructs_lib.values import Value

_ARN = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]+", re.ASCII)


class Certificate(Protocol):
    """A certificate of a load balancer; Kubernetes has no field for it."""

    def annotations(self, ports: tuple[int, ...]) -> dict[str, str]:
        """Return the annotations for TLS termination on these ports."""
        ...


class AwsCertificate(Value):
    """A certificate of AWS Certificate Manager.

    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/

    Args:
        arn: its name, such as ``arn:aws:acm:eu-central-1:123456789012:certificate/…``.
        policy: the TLS security policy.

    Raises:
        ConfigurationError: what is given is not the ARN of a certificate.
    """

    arn: str
    policy: str = "ELBSecurityPolicy-TLS13-1-2-2021-06"

    def __post_init__(self) -> None:
        if not _ARN.fullmatch(self.arn):
            raise ConfigurationError(
                "AwsCertificate.arn", self.arn, "use 'arn:aws:acm:REGION:ACCOUNT:certificate/ID'"
            )
        if not re.fullmatch(r"[A-Za-z0-9-]+", self.policy):
            raise ConfigurationError(
                "AwsCertificate.policy", self.policy, "use the name of an ELB security policy"
            )

    def annotations(self, ports: tuple[int, ...]) -> dict[str, str]:
        """Return the annotations for TLS termination on these ports."""
        prefix = "service.beta.kubernetes.io/aws-load-balancer"
        return {
            f"{prefix}-ssl-cert": self.arn,
            f"{prefix}-ssl-ports": ",".join(map(str, ports)),
            f"{prefix}-ssl-negotiation-policy": self.policy,
            f"{prefix}-backend-protocol": "tcp",
        }


class ClientAffinity(Value):
    """Session affinity by client IP.

    It works for clients of the load balancer only: an ingress controller selects pods
    itself, and has session cookies for this.

    Args:
        timeout_seconds: after the last connection; three hours by default, as in Kubernetes.

    Raises:
        ConfigurationError: not from one second to a day.
    """

    timeout_seconds: int = 10_800

    def __post_init__(self) -> None:
        check_range("ClientAffinity.timeout_seconds", self.timeout_seconds, 1, 86_400)


class ExternalTrafficPolicy(StrEnum):
    """Whether traffic of a load balancer stays on the node that receives it."""

    LOCAL = "Local"
    CLUSTER = "Cluster"


class LoadBalancer(Value):
    """A Service of type LoadBalancer, for named source ranges only.

    It bypasses the ingress controller and the policies of routes, rate limits included, so
    it is for known clients.

    Args:
        source_ranges: of clients; ``("0.0.0.0/0",)`` for all.
        ports: of the Service, all with the port of the pods as target.
        certificate: for TLS termination at the load balancer; None for no TLS there.
        session_affinity: by client IP; optional.
        external_traffic_policy: ``LOCAL`` preserves the client IP, for affinity and
            NetworkPolicies.
        load_balancer_class: of its controller; None for the default of the cluster.

    Raises:
        ConfigurationError: no range, or a port or class that cannot work.
    """

    source_ranges: tuple[str, ...]
    ports: tuple[int, ...] = (443,)
    certificate: Certificate | None = None
    session_affinity: ClientAffinity | None = ClientAffinity()
    external_traffic_policy: ExternalTrafficPolicy = ExternalTrafficPolicy.LOCAL
    load_balancer_class: str | None = None

    def __post_init__(self) -> None:
        check_ranges("LoadBalancer.source_ranges", self.source_ranges)
        if not self.ports:
            raise ConfigurationError("LoadBalancer.ports", (), "open at least one port")
        for port in self.ports:
            check_range("LoadBalancer.ports", port, 1, 65_535)
        check_distinct("LoadBalancer.ports", self.ports)
        check_member(
            "LoadBalancer.external_traffic_policy",
            self.external_traffic_policy,
            ExternalTrafficPolicy,
        )
        if self.load_balancer_class is not None:
            check_label_key("LoadBalancer.load_balancer_class", self.load_balancer_class)

    def clients(self, tier: str) -> Outside:
        """Return the clients for NetworkPolicies.

        With the traffic policy Cluster these see addresses of nodes, not of clients; only the
        load balancer restricts the source ranges then.
        """
        local = self.external_traffic_policy is ExternalTrafficPolicy.LOCAL
        cidrs = self.source_ranges if local else ("0.0.0.0/0", "::/0")
        return Outside(name=f"{tier}-clients", cidrs=cidrs)

    def attach(self, scope: Construct, identity: Identity, track: Track) -> k8s.KubeService:
        """Create the Service of a track."""
        affinity = self.session_affinity
        return service(
            scope,
            f"{identity.name}-public",
            namespace=identity.namespace,
            labels=identity.labels,
            annotations=self.certificate.annotations(self.ports) if self.certificate else {},
            spec=k8s.ServiceSpec(
                type="LoadBalancer",
                **families(scope),
                load_balancer_class=self.load_balancer_class,
                load_balancer_source_ranges=list(self.source_ranges),
                external_traffic_policy=self.external_traffic_policy.value,
                session_affinity=None if affinity is None else "ClientIP",
                session_affinity_config=None
                if affinity is None
                else k8s.SessionAffinityConfig(
                    client_ip=k8s.ClientIpConfig(timeout_seconds=affinity.timeout_seconds)
                ),
                selector=dict(track.selector),
                ports=[
                    k8s.ServicePort(
                        name=f"public-{port}", port=port, target_port=int_or_string("http")
                    )
                    for port in self.ports
                ],
            ),
        )
