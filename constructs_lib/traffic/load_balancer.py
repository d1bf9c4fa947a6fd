"""A Service of type LoadBalancer in front of a tier, in addition to the ingress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.errors import reject
from constructs_lib.facts.network import Outside, TransportProtocol
from constructs_lib.labels import Identity, check_further_labels
from constructs_lib.names import LONGEST, short_name
from constructs_lib.pods.service import families, service
from constructs_lib.quantities import int_or_string
from constructs_lib.rollouts.tracks import Track
from constructs_lib.rules import (
    check_annotations,
    check_distinct,
    check_label_key,
    check_name,
    check_range,
)
from constructs_lib.traffic.clouds import DETACH_SECONDS, PLAIN_PORT, Cloud, Frontend, is_internal
from constructs_lib.traffic.limits import check_ranges
from constructs_lib.traffic.spoken import HTTP
from constructs_lib.values import Value

_USUAL_NAME = "public"


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


class HttpsPort(Value):
    """443, for a cloud that ends TLS there."""


class LoadBalancer(Value):
    """A Service of type LoadBalancer, for named source ranges only.

    It bypasses the ingress controller and the policies of routes, rate limits included, so
    it is for known clients.

    Args:
        name: after which its Service is named, with that of the tier before it: one of several
            needs another.
        source_ranges: of clients; ``("0.0.0.0/0",)`` for all.
        ports: of the Service; 443 by default, where the cloud ends TLS. For plain HTTP say
            ``(80,)``; ``(443,)`` for pods that speak TLS.
        target_port: the name of the port of the pods that all lead to.
        cloud: who makes it, such as `Aws`, `Gke`, `Azure` or `MetalLb`: whether it faces the
            internet follows from the ranges. None for what the cluster makes of a Service without
            further words.
        session_affinity: by client IP; optional.
        external_traffic_policy: ``LOCAL`` preserves the client IP, for affinity and
            NetworkPolicies.
        load_balancer_class: of a controller that no `cloud` stands for; None for no class.
        labels: further labels of the Service.
        annotations: of the Service, such as ``external-dns.alpha.kubernetes.io/hostname``.

    Raises:
        ConfigurationError: no range, a port or class that cannot work, or nobody who ends TLS on
            the port that is usual for it.
    """

    name: str = _USUAL_NAME
    source_ranges: tuple[str, ...]
    ports: tuple[int, ...] | HttpsPort = HttpsPort()
    target_port: str = HTTP
    cloud: Cloud | None = None
    session_affinity: ClientAffinity | None = ClientAffinity()
    external_traffic_policy: ExternalTrafficPolicy = ExternalTrafficPolicy.LOCAL
    load_balancer_class: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_name("LoadBalancer.name", self.name)
        check_name("LoadBalancer.target_port", self.target_port)
        check_ranges("LoadBalancer.source_ranges", self.source_ranges)
        self._check_ports()
        if self.load_balancer_class is not None:
            check_label_key("LoadBalancer.load_balancer_class", self.load_balancer_class)
            usual = self.cloud and self.cloud.load_balancer_class
            if usual is not None and usual != self.load_balancer_class:
                reject(
                    "LoadBalancer.load_balancer_class",
                    self.load_balancer_class,
                    f"leave it out, or the cloud, whose class is {usual!r}",
                )
        check_further_labels("LoadBalancer.labels", self.labels)
        check_annotations("LoadBalancer.annotations", self.annotations)
        self._annotated(ipv6=False, silent_seconds=None)

    def _check_ports(self) -> None:
        ends_tls = self.cloud is not None and self.cloud.ends_tls
        if not ends_tls and isinstance(self.ports, HttpsPort):
            reject(
                "LoadBalancer.ports",
                self.ports,
                "say ports=(80,) for plain HTTP, ports=(443,) where the pods speak TLS, or let "
                "cloud=Aws(certificate=…) end it: nobody does",
            )
        if not self.opened:
            reject("LoadBalancer.ports", (), "open at least one port")
        for port in self.opened:
            check_range("LoadBalancer.ports", port, 1, 65_535)
        check_distinct("LoadBalancer.ports", self.opened)
        if ends_tls and set(self.opened) == {PLAIN_PORT}:
            reject("LoadBalancer.ports", self.ports, "open one that TLS ends on, such as 443")

    @property
    def opened(self) -> tuple[int, ...]:
        """The ports of the Service."""
        return (443,) if isinstance(self.ports, HttpsPort) else self.ports

    @property
    def detach_seconds(self) -> int:
        """How long it may go on sending to a pod that terminates."""
        return self.cloud.detach_seconds if self.cloud else DETACH_SECONDS

    @property
    def longest_silence_seconds(self) -> int | None:
        """For how long it can be told to keep a silent connection; None where it is not known."""
        return self.cloud.longest_silence_seconds if self.cloud else None

    def _annotated(self, *, ipv6: bool, silent_seconds: int | None) -> dict[str, str]:
        if self.cloud is None:
            return dict(self.annotations)
        door = Frontend(
            ports=self.opened,
            internal=is_internal(self.source_ranges),
            stays=self.session_affinity is not None,
            ipv6=ipv6,
            silent_seconds=silent_seconds,
        )
        written = self.cloud.annotations(door)
        for key in sorted(written.keys() & self.annotations.keys()):
            reject("LoadBalancer.annotations", key, "leave it out: LoadBalancer.cloud writes it")
        return {**written, **self.annotations}

    def clients(self, tier: str) -> Outside:
        """Return the clients for NetworkPolicies.

        With the traffic policy Cluster these see addresses of nodes, not of clients; only the
        load balancer restricts the source ranges then.
        """
        local = self.external_traffic_policy is ExternalTrafficPolicy.LOCAL
        health = self.cloud.health_ranges if self.cloud else ()
        seen = dict.fromkeys((*self.source_ranges, *health))
        cidrs = tuple(seen) if local else ("0.0.0.0/0", "::/0")
        end = (tier, *(() if self.name == _USUAL_NAME else (self.name,)), "clients")
        return Outside(name=short_name(*end, longest=LONGEST), cidrs=cidrs)

    def attach(
        self,
        scope: Construct,
        identity: Identity,
        track: Track,
        *,
        protocol: TransportProtocol = TransportProtocol.TCP,
        silent_seconds: int | None,
    ) -> k8s.KubeService:
        """Create the Service of a track.

        Args:
            scope: the parent construct.
            identity: of the tier.
            track: whose pods it leads to.
            protocol: of their port.
            silent_seconds: how long connections may be silent; None where nobody asks for it.
        """
        affinity = self.session_affinity
        ipv6 = Cluster.of(scope).addresses.has_ipv6
        return service(
            scope,
            f"{identity.name}-{self.name}",
            namespace=identity.namespace,
            labels={**self.labels, **identity.labels},
            annotations=self._annotated(ipv6=ipv6, silent_seconds=silent_seconds),
            spec=k8s.ServiceSpec(
                type="LoadBalancer",
                **families(scope),
                load_balancer_class=self.load_balancer_class
                or (self.cloud.load_balancer_class if self.cloud else None),
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
                        name=f"public-{port}",
                        port=port,
                        target_port=int_or_string(self.target_port),
                        protocol=protocol.written,
                    )
                    for port in self.opened
                ],
            ),
        )


def balancers_of(
    given: LoadBalancer | Sequence[LoadBalancer] | None,
) -> tuple[LoadBalancer, ...]:
    """Return the load balancers of an argument that takes one or several."""
    several = () if given is None else (given,) if isinstance(given, LoadBalancer) else tuple(given)
    check_distinct("LoadBalancer.name", [each.name for each in several])
    return several
