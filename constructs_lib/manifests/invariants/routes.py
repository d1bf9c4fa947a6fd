"""Invariants of routes: backends that exist and admit the controller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.backend_refs import VIRTUAL_SERVERS, BackendRef, backends_of
from constructs_lib.manifests.fields import field, mapping, mappings, walk
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.network_policies import Pods, Policies, admits_port
from constructs_lib.manifests.platform import namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest


def backends_exist(platform: Platform) -> Iterator[Violation]:
    """The backend of every route is a Service with that port."""
    for backend in backends_of(platform):
        service = platform.get("Service", backend.namespace, backend.service)
        if service is None:
            if not platform.has("Service", backend.namespace, backend.service):
                yield backend.route, f"there is no Service {backend.service}"
        elif not _ports(backend, service):
            yield backend.route, f"Service {backend.service} has no port {backend.port}"


def backends_let_the_controller_in(platform: Platform) -> Iterator[Violation]:
    """NetworkPolicies admit the ingress controller, which runs in another namespace."""
    policies = Policies(platform)
    for backend in backends_of(platform):
        service = platform.get("Service", backend.namespace, backend.service)
        if service is None:
            continue
        selector = mapping(service, "spec", "selector")
        for workload in platform.pods(backend.namespace, {"matchLabels": selector}):
            for port in _ports(backend, service):
                target = port.get("targetPort", port.get("port"))
                for number in (p.number for p in workload.ports if target in (p.name, p.number)):
                    if not _admits_outsiders(platform, policies, workload, number):
                        yield (
                            backend.route,
                            f"no policy lets a controller in to {workload.path} port {number}",
                        )


def virtual_servers_name_what_there_is(platform: Platform) -> Iterator[Violation]:
    """Actions refer to upstreams of the same object and to Policies that exist."""
    for server in platform.of_kind(*VIRTUAL_SERVERS):
        named = {field(each, "name", default="") for each in mappings(server, "spec", "upstreams")}
        for upstream in sorted(set(_upstreams(mapping(server, "spec"))) - named):
            yield server, f"there is no upstream {upstream}"
        for reference in _policies(mapping(server, "spec")):
            name = field(reference, "name", default="")
            namespace = field(reference, "namespace", default=namespace_of(server))
            if not platform.has("Policy.k8s.nginx.org", namespace, name):
                yield server, f"there is no Policy {namespace}/{name}"


def _ports(backend: BackendRef, service: Manifest) -> list[dict[str, Any]]:
    wanted = backend.port.items()
    return [
        port
        for port in mappings(service, "spec", "ports")
        if wanted and wanted <= {"name": port.get("name"), "number": port.get("port")}.items()
    ]


def _admits_outsiders(
    platform: Platform, policies: Policies, workload: WorkloadManifest, port: int
) -> bool:
    own = platform.namespace_labels(workload.namespace)
    isolating = policies.isolating(Pods.of(workload), "Ingress")
    return not isolating or any(
        admits_port(rule, Pods.of(workload), "TCP", port)
        and (
            not mappings(rule, "from")
            or any(_is_outside(peer, own) for peer in mappings(rule, "from"))
        )
        for policy in isolating
        for rule in mappings(policy, "spec", "ingress")
    )


def _is_outside(peer: Manifest, own: dict[str, str]) -> bool:
    if "namespaceSelector" not in peer:
        return "ipBlock" in peer
    selector = mapping(peer, "namespaceSelector")
    return not selector or not selects(selector, own)


def _upstreams(spec: Manifest) -> Iterator[str]:
    for path, value in walk(spec):
        if isinstance(value, str) and path.endswith((".pass", ".proxy.upstream")):
            yield value


def _policies(spec: Manifest) -> Iterator[dict[str, Any]]:
    yield from mappings(spec, "policies")
    for key in ("routes", "subroutes"):
        for route in mappings(spec, key):
            yield from mappings(route, "policies")
