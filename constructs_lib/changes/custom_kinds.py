"""What custom resources of well-known kinds do: as they come, and no more as they go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import type_of_object
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.workloads import template_path

_ROUTES = (
    *("GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"),
    *("Gateway.networking.istio.io", "VirtualService.networking.istio.io"),
    *("HTTPProxy.projectcontour.io", "Mapping.getambassador.io", "Route.route.openshift.io"),
    *("IngressRoute.traefik.io", "IngressRouteTCP.traefik.io", "IngressRouteUDP.traefik.io"),
    "TransportServer.k8s.nginx.org",
)
_WALLS = (
    *("CiliumNetworkPolicy.cilium.io", "CiliumClusterwideNetworkPolicy.cilium.io"),
    *("NetworkPolicy.crd.projectcalico.org", "GlobalNetworkPolicy.crd.projectcalico.org"),
    *("NetworkPolicy.projectcalico.org", "GlobalNetworkPolicy.projectcalico.org"),
    *("AuthorizationPolicy.security.istio.io", "PeerAuthentication.security.istio.io"),
    "RequestAuthentication.security.istio.io",
)
_GUARDS = ("ClusterPolicy.kyverno.io", "Policy.kyverno.io", "ValidatingPolicy.policies.kyverno.io")
_MEASURES = ("PodMonitor.monitoring.coreos.com", "ServiceMonitor.monitoring.coreos.com")
_ISSUERS = ("ClusterIssuer.cert-manager.io", "Issuer.cert-manager.io")
_GRANT = "ReferenceGrant.gateway.networking.k8s.io"


def _by_kind(kinds: tuple[str, ...], verdict: Verdict, why: str) -> dict[str, tuple[Verdict, str]]:
    names = (each if "." in each else f"{each}.gateway.networking.k8s.io" for each in kinds)
    return dict.fromkeys(names, (verdict, why))


COMES: Mapping[str, tuple[Verdict, str]] = {
    **_by_kind(_ROUTES, Verdict.EXPOSES, "it leads callers to what is behind it"),
    **_by_kind(_WALLS, Verdict.CUTS_OFF, "it keeps out whom it does not name"),
    **_by_kind(_GUARDS, Verdict.WEAKENS, "it may refuse: what runs today may not start tomorrow"),
    **_by_kind((_GRANT,), Verdict.EXPOSES, "those of another namespace may lead in here"),
}
"""By kind, what a new object does."""

GOES: Mapping[str, tuple[Verdict, str]] = {
    **_by_kind(_ROUTES, Verdict.CUTS_OFF, "whoever came through it finds nobody"),
    **_by_kind(_WALLS, Verdict.EXPOSES, "it keeps nobody out any more"),
    **_by_kind(_GUARDS, Verdict.ESCALATES, "it refuses nothing any more"),
    **_by_kind(_MEASURES, Verdict.WEAKENS, "nobody measures its pods any more"),
    **_by_kind(_ISSUERS, Verdict.WEAKENS, "its certificates are not renewed"),
    **_by_kind((_GRANT,), Verdict.CUTS_OFF, "those of another namespace may lead here no more"),
    "PrometheusRule.monitoring.coreos.com": (Verdict.WEAKENS, "its alerts tell nobody any more"),
}
"""By kind, what is not there any more without an object."""


def custom_kinds(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what a new custom resource does by its kind."""
    if pair.kind in COMES:
        verdict, why = COMES[pair.kind]
        yield Finding(verdict, "kind-comes", why, certainty=Certainty.CONDITIONAL)


def custom_pods(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield that a custom resource replaces its pods."""
    template = pair.below("spec.template") if type_of_object(pair.now) is None else ()
    if template and template_path(pair.now):
        why = "pods are replaced, the way its controller does it"
        yield Finding(Verdict.RESTARTS, "template", why, template, certainty=Certainty.ASSUMED)
