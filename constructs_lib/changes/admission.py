"""What is refused for the sake of other objects, or because of how it is applied."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.conflicts import conflicts
from constructs_lib.changes.custom_resources import DEFINITION
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import kinds
from constructs_lib.changes.verdicts import Certainty, Deploys, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.platform import describe, kind_of

_PRIORITY = "PriorityClass.scheduling.k8s.io"
_NODE_PORTS = range(30000, 32768)
# Kinds of the groups below that no field is known of here.
_OTHER_KINDS = {
    "v1": {"Binding", "Event", "Node"},
    "apps/v1": {"ControllerRevision"},
    "resource.k8s.io/v1": {"ResourceSlice"},
    "storage.k8s.io/v1": {"CSINode", "VolumeAttachment"},
}
# Groups and kinds of which no version is left.
_GONE = frozenset({"extensions/v1beta1", "policy/v1beta1"})
_MOST_OF_ANNOTATIONS = 256 * 1024
Found = Iterator[tuple[Pair, Finding]]


def admission(comparison: Comparison) -> Found:
    """Yield the objects that are refused although each by itself is valid."""
    written = [pair for pair in comparison.pairs if not pair.is_gone and _differs(pair)]
    yield from _kinds_that_are_not_there(comparison, written)
    yield from _second_defaults(comparison, written)
    yield from _addresses(comparison, written)
    if comparison.deploys is Deploys.SERVER_SIDE:
        yield from conflicts(written)
    if comparison.deploys in {Deploys.APPLY, Deploys.PRUNE}:
        yield from _too_large_to_remember(written)


def _differs(pair: Pair) -> bool:
    versions = {each.get("apiVersion") for each in (pair.before, pair.after) if each}
    return pair.is_new or len(versions) > 1 or bool(pair.fields)


def _refused(rule: str, why: str, fields: tuple[FieldChange, ...] = (), to_do: str = "") -> Finding:
    return Finding(Verdict.REFUSED, rule, why, fields, to_do)


def _kinds_that_are_not_there(comparison: Comparison, written: Sequence[Pair]) -> Found:
    new = {_kind_that_it_defines(each.now) for each in comparison.pairs if each.is_new} - {""}
    for pair in written:
        version = field(pair.manifest, "apiVersion", default="")
        kind = field(pair.manifest, "kind", default="")
        served = _of_kubernetes().get(version)
        group = version.rpartition("/")[0]
        others = sorted(each for each, those in _of_kubernetes().items() if kind in those)
        same = [each for each in others if each.rpartition("/")[0] == group]
        if served is not None and kind not in served:
            why = f"{version} has no kind {kind}"
            to_do = f"write apiVersion: {others[0]}" if others else ""
            yield pair, _refused("kind", why, (), to_do)
        elif served is None and same:
            why = f"{version} is not served; {same[-1]} is"
            found = _refused("kind", why, (), f"write apiVersion: {same[-1]}")
            # An API server may be told to serve a version that is not finished.
            yield pair, found._replace(certainty=Certainty.CONDITIONAL)
        elif version in _GONE:
            to_do = f"write apiVersion: {others[0]}" if others else "delete it: nothing reads it"
            yield pair, _refused("kind", f"{version} is not served any more", (), to_do)
        elif pair.kind in new and comparison.deploys is not Deploys.GITOPS:
            why = "its definition comes with it: kubectl looks for the kind before it applies any"
            yield pair, _refused("definition", why, (), "apply the definition first, or twice")


@cache
def _of_kubernetes() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {version: {*those} for version, those in _OTHER_KINDS.items()}
    for version, kind in kinds():
        found.setdefault(version, set()).add(kind)
    return found


def _kind_that_it_defines(manifest: Manifest) -> str:
    if kind_of(manifest) != DEFINITION:
        return ""
    spec = mapping(manifest, "spec")
    return f"{mapping(spec, 'names').get('kind')}.{spec.get('group')}"


def _second_defaults(comparison: Comparison, written: Sequence[Pair]) -> Found:
    for pair in written:
        if pair.kind != _PRIORITY or not pair.now.get("globalDefault"):
            continue
        for other in comparison.after.of_kind(_PRIORITY):
            same = describe(other) == str(pair)
            if not same and other.get("globalDefault") and not pair.was.get("globalDefault"):
                why = f"{describe(other)} is the class of all pods without one already"
                changed = pair.below("globalDefault")
                yield pair, _refused("default", why, changed, "take it from the other one first")


def _addresses(comparison: Comparison, written: Sequence[Pair]) -> Found:
    taken = {
        address: describe(service)
        for service in comparison.before.of_kind("Service")
        for address in _allocated(service)
    }
    for pair in written:
        if pair.kind != "Service":
            continue
        for address in sorted(_allocated(pair.now) - _allocated(pair.was)):
            number = address.removeprefix("node port ")
            changed = pair.below("spec.ports", "spec.clusterIP")
            if number.isdecimal() and int(number) not in _NODE_PORTS:
                why = f"{address} is not within 30000-32767"
                found = _refused("node-port", f"{why}, unless the API server has others", changed)
                yield pair, found._replace(certainty=Certainty.CONDITIONAL)
            elif taken.setdefault(address, str(pair)) != str(pair):
                why = f"{address} belongs to {taken[address]}"
                yield pair, _refused("address", why, changed, "leave it out, or delete that first")


def _allocated(service: Manifest) -> set[str]:
    """Return the addresses and the ports of nodes that a Service has to itself."""
    spec = mapping(service, "spec")
    ports = {
        f"node port {each['nodePort']}" + ("/UDP" if each.get("protocol") == "UDP" else "")
        for each in mappings(spec, "ports")
        if isinstance(each.get("nodePort"), int)
    }
    written = {field(spec, "clusterIP", default=""), *strings(spec, "clusterIPs")}
    return ports | {address for address in written if address[:1].isdigit() or ":" in address}


def _too_large_to_remember(written: Sequence[Pair]) -> Found:
    for pair in written:
        size = _remembered(pair.manifest)
        # What was too large already is applied in another way.
        if _remembered(pair.before or {}) <= _MOST_OF_ANNOTATIONS < size:
            why = f"kubectl keeps it in an annotation: {size} bytes, and {_MOST_OF_ANNOTATIONS} fit"
            yield pair, _refused("size", why, (), "apply it with --server-side")


def _remembered(manifest: Manifest) -> int:
    """Return the bytes of its annotations, with that of `kubectl apply`."""
    others = mapping(manifest, "metadata", "annotations")
    written = json.dumps(manifest, separators=(",", ":"), default=str, ensure_ascii=False)
    return len(written.encode()) + sum(len(f"{k}{v}".encode()) for k, v in others.items())
