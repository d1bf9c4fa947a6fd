"""The doors that objects open: where connections from outside of the cluster come in."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.door import EVERYBODY, Door
from constructs_lib.changes.objects import ObjectKey
from constructs_lib.changes.routes import of_gateway, of_ingress, of_routes, of_server
from constructs_lib.manifests.backend_refs import GATEWAY_ROUTES
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.network_policies import network
from constructs_lib.manifests.platform import Platform, describe
from constructs_lib.manifests.workloads import WorkloadManifest

INGRESS = "Ingress.networking.k8s.io"
VIRTUAL_SERVER = "VirtualServer.k8s.nginx.org"
GATEWAY = "Gateway.gateway.networking.k8s.io"

INTERNAL = {
    "service.beta.kubernetes.io/aws-load-balancer-internal": ("true", "0.0.0.0/0"),
    "service.beta.kubernetes.io/aws-load-balancer-scheme": ("internal",),
    "service.beta.kubernetes.io/azure-load-balancer-internal": ("true",),
    "networking.gke.io/load-balancer-type": ("internal",),
    "cloud.google.com/load-balancer-type": ("internal",),
    "service.beta.kubernetes.io/oci-load-balancer-internal": ("true",),
    "service.beta.kubernetes.io/openstack-internal-load-balancer": ("true",),
}
"""Annotations that keep the load balancer of a cloud out of the internet, and what says so."""
_OPENERS = {
    INGRESS: of_ingress,
    VIRTUAL_SERVER: of_server,
    **dict.fromkeys(GATEWAY_ROUTES, of_routes),
    GATEWAY: of_gateway,
}


def entrances(platform: Platform) -> Iterator[Door]:
    """Yield the doors of all objects, those that several open several times."""
    for service in platform.of_kind("Service"):
        yield from _of_service(service)
    for workload in platform.workloads:
        yield from _of_pods(workload)
    for kind, doors in _OPENERS.items():
        for manifest in platform.of_kind(kind):
            yield from doors(manifest)


def encrypted_hosts(platform: Platform) -> set[str]:
    """Return the hosts with TLS: of all Ingresses of a host, one has it."""
    return {
        host
        for ingress in platform.of_kind(INGRESS)
        for each in mappings(ingress, "spec", "tls")
        for host in strings(each, "hosts")
    }


def _of_service(service: Manifest) -> Iterator[Door]:
    spec = mapping(service, "spec")
    identity, name = ObjectKey.of(service), describe(service)
    kind = field(spec, "type", default="")
    annotations = mapping(service, "metadata", "annotations")
    for address in strings(spec, "externalIPs"):
        words = f"the address {address} of {name}"
        yield Door(("address", identity, address), words, name, EVERYBODY, service)
    if kind == "LoadBalancer":
        written = map(network, strings(spec, "loadBalancerSourceRanges"))
        ranges = tuple(each for each in written if each is not None) or EVERYBODY
        entry = field(spec, "loadBalancerIP", default="")
        said = ((key, str(annotations.get(key, "")).lower()) for key in INTERNAL)
        reach = "internal" if any(value in INTERNAL[key] for key, value in said) else "public"
        for port in mappings(spec, "ports"):
            number = field(port, "port", default=0)
            words = f"port {number} of the {reach} load balancer of {name}"
            at = ("balancer", identity, number, field(port, "protocol", default="TCP"), reach)
            yield Door(at, words, name, ranges, service, entry=entry)
    if kind == "NodePort" or (
        kind == "LoadBalancer" and field(spec, "allocateLoadBalancerNodePorts", default=True)
    ):
        for port in mappings(spec, "ports"):
            chosen = field(port, "nodePort", default=0) or "of its choice"
            words = f"port {chosen} of every node, for {name}"
            node = ("node", identity, field(port, "port", default=0), chosen)
            yield Door(node, words, name, EVERYBODY, service)


def _of_pods(workload: WorkloadManifest) -> Iterator[Door]:
    name = describe(workload.manifest)
    for container in workload.containers:
        for port in mappings(container, "ports"):
            own = port.get("containerPort") if workload.pod.get("hostNetwork") else None
            number, protocol = port.get("hostPort", own), field(port, "protocol", default="TCP")
            if number and not field(port, "hostIP", default="").startswith("127."):
                words = f"port {number} of each node with a pod of {name}"
                at = ("host", ObjectKey.of(workload.manifest), number, protocol)
                yield Door(at, words, name, EVERYBODY, workload.manifest)
