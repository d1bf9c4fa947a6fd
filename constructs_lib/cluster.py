"""The cluster: domain, address family and DNS."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from ipaddress import ip_network

import cdk8s
from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.network import (
    End,
    Neighbour,
    Outside,
    Port,
    TransportProtocol,
    check_has_port,
)
from constructs_lib.rules import check_range, check_subdomain
from constructs_lib.scope_values import held_for, hold_for
from constructs_lib.values import Value

_OPTION = re.compile(r"[a-z][a-z0-9-]*")
_PORTS = (
    Port(name="dns", number=53, protocol=TransportProtocol.UDP),
    Port(name="dns-tcp", number=53),
)
# CoreDNS, and the cache of the nodes. To policies that is pods where a plug-in leads to it by
# itself, as those of Cilium and GKE do, and otherwise no pod but an address
# (https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/).
DNS_SERVERS: tuple[End, ...] = (
    *(
        Neighbour(name=name, namespace="kube-system", selector={"k8s-app": name}, ports=_PORTS)
        for name in ("kube-dns", "node-local-dns")
    ),
    Outside(name="node-dns", cidrs=("169.254.20.10/32",), ports=_PORTS),
)


class AddressFamily(StrEnum):
    """The address family of pods and Services.

    With IPv6, servers listen on ``::``, which accepts IPv4 too in a dual-stack cluster.
    """

    IPV4 = "IPv4"
    IPV6 = "IPv6"
    DUAL = "IPv4 and IPv6"

    @property
    def has_ipv6(self) -> bool:
        """Whether there are IPv6 addresses."""
        return self is not AddressFamily.IPV4

    @property
    def wildcard(self) -> str:
        """The wildcard address for servers."""
        return "::" if self.has_ipv6 else "0.0.0.0"  # noqa: S104 - pods are reached at their own

    def with_port(self, address: str, port: int) -> str:
        """Return address and port; an IPv6 address is in brackets."""
        return f"[{address}]:{port}" if self.has_ipv6 else f"{address}:{port}"

    def includes(self, cidr: str) -> bool:
        """Tell whether a range is of this address family."""
        return self is AddressFamily.DUAL or self.value == f"IPv{ip_network(cidr).version}"


class Dns(Value):
    """The DNS settings of pods.

    A name with fewer dots than ``ndots`` is looked up with each domain of the search list
    first. With the five of Kubernetes this holds for full names of Services and for external
    names; three avoid it for names such as ``api.shop.svc.cluster.local`` and
    ``s3.eu-central-1.amazonaws.com``, and ``api``, ``api.shop`` and ``api.shop.svc`` are found
    as before. Two avoid it for ``login.example.com`` as well, but images with musl, such as
    those of Alpine, do not resolve ``api.shop.svc`` then.

    Args:
        options: of the resolver, as in
            https://man7.org/linux/man-pages/man5/resolv.conf.5.html; None for one without a
            value. Others are those of the cluster.
        servers: the DNS servers, which NetworkPolicies of every namespace allow; by default
            CoreDNS and the node-local cache at its usual address.

    Raises:
        ConfigurationError: an invalid option, no server, or one without a port.
    """

    options: Mapping[str, int | None] = field(default_factory=lambda: {"ndots": 3})
    servers: Sequence[End] = DNS_SERVERS

    def __post_init__(self) -> None:
        for name, number in self.options.items():
            if not _OPTION.fullmatch(name):
                reject("Dns.options", name, "use an option such as 'ndots'")
            if number is not None:
                check_range(f"Dns.options[{name!r}]", number, 0, 1000)
        if not self.servers:
            reject("Dns.servers", self.servers, "say who resolves names")
        for server in self.servers:
            check_has_port("Dns.servers", server)

    def to_kube(self) -> k8s.PodDnsConfig | None:
        """Return the typed dnsConfig of a pod."""
        options = [
            k8s.PodDnsConfigOption(name=name, value=None if number is None else str(number))
            for name, number in self.options.items()
        ]
        return k8s.PodDnsConfig(options=options) if options else None


class Cluster(Value):
    """The cluster that an app is for.

    Attach it before anything is created::

        Cluster(domain="k8s.example.net").attach(app)

    Args:
        domain: of the DNS names of Services.
        addresses: the address family of pods and Services.
        dns: the DNS settings of pods.
        signs_kubelets: whether the authority of the cluster signs the certificates that kubelets
            serve, as on EKS, and elsewhere with ``serverTLSBootstrap`` and somebody who approves
            them. Prometheus verifies kubelets then, and shows its token to nobody else; by default
            it takes those that kubelets sign themselves.

    Raises:
        ConfigurationError: an invalid domain, or a text in place of an `AddressFamily`.
    """

    domain: str = "cluster.local"
    addresses: AddressFamily = AddressFamily.IPV4
    dns: Dns = Dns()
    signs_kubelets: bool = False

    def __post_init__(self) -> None:
        check_subdomain("Cluster.domain", self.domain)

    def attach(self, app: cdk8s.App) -> None:
        """Set the cluster of an app."""
        if not isinstance(app, cdk8s.App):
            raise ConfigurationError(
                "scope of Cluster", type(app).__name__, "give the App: its charts are for one"
            )
        hold_for(app, self)

    @classmethod
    def of(cls, scope: Construct) -> Cluster:
        """Return the cluster of a construct, or the default where the app has none."""
        return next(iter(held_for(scope, cls)), _USUAL)

    def dns_name(self, service: str, namespace: str) -> str:
        """Return the full DNS name of a Service."""
        return f"{service}.{namespace}.svc.{self.domain}"


_USUAL = Cluster()
