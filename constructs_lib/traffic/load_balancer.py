"""A Service of type LoadBalancer in front of a tier, in addition to the ingress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.facts.network import Outside
from constructs_lib.labels import Identity, check_further_labels
from constructs_lib.pods.service import families, service
from constructs_lib.quantities import int_or_string
from constructs_lib.rollouts.tracks import Track
from constructs_lib.rules import (
    check_annotations,
    check_distinct,
    check_label_key,
    check_range,
)
from constructs_lib.traffic.clouds import DETACH_SECONDS, Cloud, is_internal
from constructs_lib.traffic.limits import check_ranges
from constructs_lib.values import Value


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
        cloud: who makes it, such as `Aws`, `Gke`, `Azure` or `MetalLb`: whether it faces the
            internet follows from the ranges. None for what the cluster makes of a Service without
            further words.
        session_affinity: by client IP; optional.
        external_traffic_policy: ``LOCAL`` preserves the client IP, for affinity and
            NetworkPolicies.
        load_balancer_class: of its controller; None for that of the cloud.
        labels: further labels of the Service.
        annotations: of the Service, such as ``external-dns.alpha.kubernetes.io/hostname``.

    Raises:
        ConfigurationError: no range, or a port or class that cannot work.
    """

    source_ranges: tuple[str, ...]
    ports: tuple[int, ...] = (443,)
    cloud: Cloud | None = None
    session_affinity: ClientAffinity | None = ClientAffinity()
    external_traffic_policy: ExternalTrafficPolicy = ExternalTrafficPolicy.LOCAL
    load_balancer_class: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_ranges("LoadBalancer.source_ranges", self.source_ranges)
        if not self.ports:
            reject("LoadBalancer.ports", (), "open at least one port")
        for port in self.ports:
            check_range("LoadBalancer.ports", port, 1, 65_535)
        check_distinct("LoadBalancer.ports", self.ports)
        if self.load_balancer_class is not None:
            check_label_key("LoadBalancer.load_balancer_class", self.load_balancer_class)
        check_further_labels("LoadBalancer.labels", self.labels)
        check_annotations("LoadBalancer.annotations", self.annotations)
        for key in sorted(self._of_cloud.keys() & self.annotations.keys()):
            reject("LoadBalancer.annotations", key, "leave it out: LoadBalancer.cloud writes it")

    @property
    def detach_seconds(self) -> int:
        """How long it may go on sending to a pod that terminates."""
        return self.cloud.detach_seconds if self.cloud else DETACH_SECONDS

    @property
    def _of_cloud(self) -> dict[str, str]:
        if self.cloud is None:
            return {}
        return self.cloud.annotations(
            ports=self.ports,
            internal=is_internal(self.source_ranges),
            stays=self.session_affinity is not None,
        )

    def clients(self, tier: str) -> Outside:
        """Return the clients for NetworkPolicies.

        With the traffic policy Cluster these see addresses of nodes, not of clients; only the
        load balancer restricts the source ranges then.
        """
        local = self.external_traffic_policy is ExternalTrafficPolicy.LOCAL
        health = self.cloud.health_ranges if self.cloud else ()
        seen = dict.fromkeys((*self.source_ranges, *health))
        cidrs = tuple(seen) if local else ("0.0.0.0/0", "::/0")
        return Outside(name=f"{tier}-clients", cidrs=cidrs)

    def attach(self, scope: Construct, identity: Identity, track: Track) -> k8s.KubeService:
        """Create the Service of a track."""
        affinity = self.session_affinity
        return service(
            scope,
            f"{identity.name}-public",
            namespace=identity.namespace,
            labels={**self.labels, **identity.labels},
            annotations={**self._of_cloud, **self.annotations},
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
                        name=f"public-{port}", port=port, target_port=int_or_string("http")
                    )
                    for port in self.ports
                ],
            ),
        )
