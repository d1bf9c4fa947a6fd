"""Services: what their fields mean where no pods and no doors are concerned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings

_LATER = {
    "sessionAffinity": "which pod a client gets next",
    "sessionAffinityConfig": "which pod a client gets next",
    "trafficDistribution": "which of the pods a client gets",
    "externalName": "the name leads elsewhere",
    "ipFamilies": "addresses of another family come or go",
    "ipFamilyPolicy": "addresses of another family come or go",
}
_POLICIES = ("externalTrafficPolicy", "internalTrafficPolicy")


def services(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what a change of a Service means for those that call it."""
    if pair.kind != "Service":
        return
    wanted, was, now = _ports(pair.after), _ports(pair.was), _ports(pair.now)
    changed = pair.below("spec.ports")
    for port in sorted(was - now, key=str):
        why = f"whoever calls port {told(port)} is refused"
        yield Finding(Verdict.CUTS_OFF, "port", why, changed)
    for port in sorted(wanted - now, key=str):
        why = (
            f"port {told(port)} is lost: a client-side apply tells ports apart by their number "
            "alone"
        )
        remedy = "apply it with --server-side, or give each protocol a number of its own"
        yield Finding(Verdict.CUTS_OFF, "port", why, changed, remedy)
    yield from _renamed_in_place(pair)
    yield from _policies(pair)
    yield from _not_ready(pair)
    spoken = tuple(each for each in changed if each.path.endswith("appProtocol"))
    if spoken:
        yield Finding(Verdict.LATER, "service", "what controllers speak to it", spoken)
    for name, why in _LATER.items():
        fields = pair.below(f"spec.{name}")
        if fields and "ExternalName" not in {each.before for each in pair.below("spec.type")}:
            yield Finding(Verdict.LATER, "service", why, fields)
    for change in pair.below("spec.type"):
        if "ExternalName" in (change.before, change.after):
            why = "connections go elsewhere; those that are open stay"
            yield Finding(Verdict.CUTS_OFF, "type", why, (change,))


def _policies(pair: Pair) -> Iterator[Finding]:
    for policy in _POLICIES:
        for change in pair.below(f"spec.{policy}"):
            if change.after == "Local" and change.before:
                why = "nodes without a pod drop what comes to them"
                yield Finding(Verdict.WEAKENS, "traffic-policy", why, (change,))
            elif change.before == "Local" and change.after:
                why = "pods no longer see the address of the client"
                yield Finding(Verdict.LATER, "traffic-policy", why, (change,))


def _not_ready(pair: Pair) -> Iterator[Finding]:
    for change in pair.below("spec.publishNotReadyAddresses"):
        # Members of a headless Service find each other before they are ready.
        if change.after and mapping(pair.now, "spec").get("clusterIP") != "None":
            why = "pods that are not ready are sent requests"
            yield Finding(Verdict.WEAKENS, "not-ready", why, (change,))
        else:
            why = "whether pods that are not ready are found"
            yield Finding(Verdict.LATER, "not-ready", why, (change,))


def _renamed_in_place(pair: Pair) -> Iterator[Finding]:
    """Yield the ports whose name went to another one with the same number."""
    wanted = {
        (name, *_port(each)) for each in _nodes(pair.after) for name in [str(each.get("name"))]
    }
    lives = {(name, *_port(each)) for each in _nodes(pair.now) for name in [str(each.get("name"))]}
    if not pair.is_new and wanted != lives and _ports(pair.after) == _ports(pair.now):
        names = ", ".join(
            f"{name} {told((n, p))}" for name, n, p in sorted(lives - wanted, key=str)
        )
        why = f"what lives is {names}: the patch finds a port by its number, and hits another one"
        remedy = "apply it with --server-side, or give each protocol a number of its own"
        yield Finding(Verdict.CUTS_OFF, "port", why, pair.below("spec.ports"), remedy)


def _nodes(service: Json) -> list[dict[str, Any]]:
    return mappings(mapping(service, "spec"), "ports")


def _port(port: dict[str, Any]) -> tuple[int, str]:
    return field(port, "port", default=0), field(port, "protocol", default="TCP")


def _ports(service: Json) -> set[tuple[int, str]]:
    return {_port(port) for port in _nodes(service)}


def told(port: tuple[int, str]) -> str:
    """Return how a port of a Service is called, by its number and protocol."""
    number, protocol = port
    return str(number) if protocol == "TCP" else f"{number}/{protocol}"
