"""Invariants of Services and their ports."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.platform import namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest


def services_select_pods(platform: Platform) -> Iterator[Violation]:
    """The selector of a Service matches pods; one without a selector is not checked."""
    for service in platform.of_kind("Service"):
        selector = mapping(service, "spec", "selector")
        if selector and not platform.pods(namespace_of(service), {"matchLabels": selector}):
            yield service, f"selector {selector} matches no pods"


def service_ports_reach_containers(platform: Platform) -> Iterator[Violation]:
    """Every targetPort is declared, by name or number, by the selected pods."""
    for service in platform.of_kind("Service"):
        selector = mapping(service, "spec", "selector")
        if not selector:
            continue
        for workload in platform.pods(namespace_of(service), {"matchLabels": selector}):
            for port in mappings(service, "spec", "ports"):
                target = port.get("targetPort", port.get("port"))
                if not _listens(workload, target, field(port, "protocol", default="TCP")):
                    yield service, f"no container of {workload.path} has the port {target}"


def service_ports_are_distinct(platform: Platform) -> Iterator[Violation]:
    """Ports of a Service have names once there are several, and differ in name and number."""
    for service in platform.of_kind("Service"):
        ports = mappings(service, "spec", "ports")
        if len(ports) > 1 and not all(port.get("name") for port in ports):
            yield service, "several ports, but not all have a name"
        for name, count in Counter(field(port, "name", default="") for port in ports).items():
            if count > 1 and name:
                yield service, f"the port name {name} stands there {count} times"
        for number, count in Counter(_number_and_protocol(port) for port in ports).items():
            if count > 1:
                yield service, f"the port {number} stands there {count} times"


def container_ports_are_distinct(platform: Platform) -> Iterator[Violation]:
    """Containers of a pod share one network, so ports differ in name and number."""
    for workload in platform.workloads:
        names = Counter(port.name for port in workload.ports if port.name)
        numbers = Counter(f"{port.number}/{port.protocol}" for port in workload.ports)
        for port, count in (names + numbers).items():
            if count > 1:
                yield workload.manifest, f"the port {port} stands there {count} times"


def stateful_sets_have_a_service(platform: Platform) -> Iterator[Violation]:
    """A StatefulSet has a headless Service, which gives its pods their names."""
    for workload in platform.workloads:
        if workload.kind != "StatefulSet":
            continue
        name = field(workload.manifest, "spec", "serviceName", default="")
        service = platform.get("Service", workload.namespace, name)
        if service is None and not platform.has("Service", workload.namespace, name):
            yield workload.manifest, f"there is no Service named {name!r} for its pods"
        elif service and field(service, "spec", "clusterIP", default="") != "None":
            yield workload.manifest, f"Service {name} is not headless"


def _listens(workload: WorkloadManifest, target: object, protocol: str) -> bool:
    return any(
        target in (port.name, port.number) and port.protocol == protocol for port in workload.ports
    )


def _number_and_protocol(port: Mapping[str, object]) -> str:
    return f"{port.get('port')}/{field(port, 'protocol', default='TCP')}"
