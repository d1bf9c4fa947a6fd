"""Services of servers: headless, and with a cluster IP."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.cluster import AddressFamily, Cluster
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import Peer, Port
from constructs_lib.facts.published import Facts
from constructs_lib.labels import Identity
from constructs_lib.pods.defaults import PodDefaults
from constructs_lib.pods.ports import listed
from constructs_lib.quantities import int_or_string


def members_service(server: str) -> str:
    """Return the name of the headless Service of a server."""
    return f"{server}-members"


def members_domain(cluster: Cluster, server: Identity) -> str:
    """Return the domain of the members of a server."""
    return cluster.dns_name(members_service(server.name), server.namespace)


def member_names(cluster: Cluster, server: Identity, members: int) -> list[str]:
    """Return the DNS names of the members of a server."""
    domain = members_domain(cluster, server)
    return [f"{server.name}-{number}.{domain}" for number in range(members)]


class _Families(TypedDict, total=False):
    ip_families: list[str]
    ip_family_policy: str


def families(scope: Construct) -> _Families:
    """Return the address families of a Service.

    Of two families the primary one is that of the cluster, and immutable in a Service.
    """
    match Cluster.of(scope).addresses:
        case AddressFamily.IPV4:
            return {}
        case AddressFamily.IPV6:
            return {"ip_families": ["IPv6"], "ip_family_policy": "SingleStack"}
        case AddressFamily.DUAL:
            return {"ip_family_policy": "PreferDualStack"}


def headless_service(scope: Construct, peer: Peer) -> k8s.KubeService:
    """Create a headless Service, whose names resolve before members are ready."""
    name = members_service(peer.name)
    return service(
        scope,
        name,
        namespace=peer.namespace,
        labels=peer.selector,
        spec=k8s.ServiceSpec(
            type="ClusterIP",
            cluster_ip="None",
            **families(scope),
            publish_not_ready_addresses=True,
            selector=dict(peer.selector),
            ports=[service_port(port, port.number) for port in listed(peer.ports)] or None,
        ),
    )


def cluster_ip_service(
    scope: Construct,
    peer: Peer,
    *,
    ports: dict[str, int],
    session_affinity: str | None = None,
) -> Facts:
    """Create a Service with an address of its own, named after the peer.

    Args:
        scope: the parent construct.
        peer: the selected pods.
        ports: the port numbers of the Service by the names of ports of the peer.
        session_affinity: ``ClientIP`` for members whose answers may differ.

    Returns:
        Its facts: an object of the quota.
    """
    service(
        scope,
        peer.name,
        namespace=peer.namespace,
        labels=peer.selector,
        spec=k8s.ServiceSpec(
            type="ClusterIP",
            **families(scope),
            selector=dict(peer.selector),
            session_affinity=session_affinity,
            ports=[
                service_port(port, ports[port.name]) for port in peer.ports if port.name in ports
            ],
        ),
    )
    return Facts(footprints=(Footprint(namespace=peer.namespace, objects={"services": 1}),))


def service(
    scope: Construct,
    name: str,
    *,
    namespace: str,
    labels: Mapping[str, str],
    spec: k8s.ServiceSpec,
    annotations: Mapping[str, str] = MappingProxyType({}),
) -> k8s.KubeService:
    """Create a Service.

    Args:
        scope: the parent construct.
        name: of the object.
        namespace: of the Service and its pods.
        labels: of the object.
        spec: of the Service.
        annotations: of the object, such as for a cloud provider.
    """
    defaults = PodDefaults.of(scope)
    return k8s.KubeService(
        scope,
        f"Service-{name}",
        metadata=names.metadata(
            scope,
            "Service",
            name,
            namespace=namespace,
            labels={**defaults.service_labels, **labels},
            annotations={**defaults.service_annotations, **annotations},
        ),
        spec=spec,
    )


def service_port(port: Port, number: int, *, app_protocol: str | None = None) -> k8s.ServicePort:
    """Return the typed port of a Service.

    Args:
        port: of the pods, which it finds by its name.
        number: of the Service.
        app_protocol: what is spoken on it; None where that is not said.
    """
    return k8s.ServicePort(
        name=port.name,
        port=number,
        target_port=int_or_string(port.name),
        protocol=port.protocol.written,
        app_protocol=app_protocol,
    )
