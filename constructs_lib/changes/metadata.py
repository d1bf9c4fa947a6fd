"""What a change of the metadata of an object means: to controllers, and to whoever deletes it."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.changes.entrances import INTERNAL
from constructs_lib.changes.ingress_annotations import is_read
from constructs_lib.changes.meanings import JUDGED, NOTHING, Effect
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import FieldChange, Verdict

# Whoever reads annotations by these is asked for nothing that this library could know.
_CONTROLLERS = frozenset({"Ingress.networking.k8s.io", "Service"})
_ISSUED = (Verdict.LATER, "its certificate is issued anew; the old one serves until then")
_NAMES = "external-dns.alpha.kubernetes.io/"
_TELLS: Mapping[str, Effect] = {
    "cert-manager.io/cluster-issuer": _ISSUED,
    "cert-manager.io/issuer": _ISSUED,
    "kubernetes.io/ingress.class": JUDGED,
    f"{_NAMES}hostname": (Verdict.CUTS_OFF, "names that are not in it any more lead nowhere"),
    f"{_NAMES}target": (Verdict.CUTS_OFF, "its names lead to another address"),
    f"{_NAMES}ttl": (Verdict.LATER, "how long its names are remembered"),
}
"""Annotations of which it is known what they tell a controller."""
_MESHES = ("istio-injection", "istio.io/rev", "istio.io/dataplane-mode", "linkerd.io/inject")
_OF_CONTROLLERS = ("nginx.org", "ingress.kubernetes.io", "kubernetes.io")
_READ_BY_NOBODY = ("kubectl.kubernetes.io/", "kubernetes.io/change-cause", "app.kubernetes.io/")


def of_metadata(pair: Pair, change: FieldChange) -> Effect:
    """Return what a change of a field of its metadata means."""
    if change.path.startswith("metadata.finalizers"):
        return Verdict.LATER, "a deletion waits for whoever takes the finalizer away"
    if change.path.startswith("metadata.ownerReferences") and change.after is not None:
        return Verdict.WEAKENS, "it goes with its owner, and at once if there is none of that uid"
    if pair.kind == "Namespace" and change.path.endswith(_MESHES):
        return Verdict.LATER, "pods that start from now on are in the mesh, or are not any more"
    name = change.path.removeprefix("metadata.annotations.")
    return NOTHING if name == change.path else _of_annotation(pair, name, change)


def _of_annotation(pair: Pair, name: str, change: FieldChange) -> Effect:
    if name.endswith("/is-default-class"):
        return Verdict.LATER, "which class it is that new objects get which name none"
    if name in _TELLS:
        return _TELLS[name]
    if pair.kind not in _CONTROLLERS or name.startswith(_READ_BY_NOBODY):
        return NOTHING
    if _is_judged(pair, name, change):
        return JUDGED
    if name.partition("/")[0].endswith(_OF_CONTROLLERS):
        return Verdict.UNKNOWN, "what the controller does with this annotation is not known here"
    return NOTHING


def _is_judged(pair: Pair, annotation: str, change: FieldChange) -> bool:
    if pair.kind == "Service":
        return annotation in INTERNAL
    return is_read(annotation, change.before, change.after)
