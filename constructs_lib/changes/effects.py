"""What a change of a field means, for fields whose meaning does not depend on others.

A field that is in no row and that no rule judges is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.custom_kinds import COMES
from constructs_lib.changes.entrances import INTERNAL
from constructs_lib.changes.ingress_annotations import is_read
from constructs_lib.changes.meanings import EFFECTS, JUDGED, NOTHING, Effect
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import type_of_object
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict

# Nobody acts on these by themselves.
_KEPT_ALONE = frozenset({"Lease.coordination.k8s.io", "ControllerRevision.apps"})
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


def effects(pair: Pair) -> Iterator[Finding]:
    """Yield what the changes of fields mean by themselves."""
    groups: dict[tuple[Verdict, str], list[FieldChange]] = {}
    for change in pair.fields:
        effect = _effect(pair, change)
        if effect is not JUDGED and effect != NOTHING:
            groups.setdefault(effect, []).append(change)
    for (verdict, why), changed in groups.items():
        yield Finding(verdict, "field", why, tuple(changed))


def is_known(pair: Pair) -> bool:
    """Tell whether any rule knows the kind of an object."""
    return pair.kind in EFFECTS


def new_kinds(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield that nothing is known of what a controller makes of a new object."""
    if type_of_object(pair.now) is None and pair.kind not in {*EFFECTS, *_KEPT_ALONE, *COMES}:
        kind = pair.kind.partition(".")[0]
        yield Finding(Verdict.UNKNOWN, "kind", f"no rule knows what {kind} does")


def _effect(pair: Pair, change: FieldChange) -> Effect:
    if change.path.startswith("metadata"):
        return _of_metadata(pair, change)
    rows = EFFECTS.get(pair.kind, {})
    parts = change.path.replace("[", ".").split(".")
    for length in range(len(parts), -1, -1):
        path = ".".join(parts[:length])
        if path in rows:
            return rows[path]
    return Verdict.UNKNOWN, f"no rule knows what {pair.kind.partition('.')[0]} does with it"


def _is_judged(pair: Pair, annotation: str, change: FieldChange) -> bool:
    if pair.kind == "Service":
        return annotation in INTERNAL
    return is_read(annotation, change.before, change.after)


def _of_metadata(pair: Pair, change: FieldChange) -> Effect:
    if change.path.startswith("metadata.finalizers"):
        return Verdict.LATER, "a deletion waits for whoever takes the finalizer away"
    name = change.path.removeprefix("metadata.annotations.")
    if pair.kind == "Namespace" and change.path.endswith(_MESHES):
        return Verdict.LATER, "pods that start from now on are in the mesh, or are not any more"
    if name.endswith("/is-default-class"):
        return Verdict.LATER, "which class it is that new objects get which name none"
    if name in _TELLS:
        return _TELLS[name]
    is_read = name != change.path and pair.kind in _CONTROLLERS
    if not is_read or name.startswith(_READ_BY_NOBODY):
        return NOTHING
    return JUDGED if _is_judged(pair, name, change) else _of_controller(name)


def _of_controller(annotation: str) -> Effect:
    if annotation.partition("/")[0].endswith(_OF_CONTROLLERS):
        return Verdict.UNKNOWN, "what the controller does with this annotation is not known here"
    return NOTHING
