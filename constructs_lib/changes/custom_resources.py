"""Custom resources and their definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.changes.objects import Pair
from constructs_lib.changes.schemas import schema_changes
from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings, strings
from constructs_lib.manifests.platform import Platform, kind_of

DEFINITION = "CustomResourceDefinition.apiextensions.k8s.io"
_SAME = re.compile(r"self((?:\.\w+)*)\s*==\s*oldSelf((?:\.\w+)*)")
_ORDERED = re.compile(r"self\s*(>=|<=|>|<)\s*oldSelf")
_OF_ALL = ("apiVersion", "kind", "metadata", "status")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
# What a list of objects shows, and which of their fields can be asked for.
_FOR_READERS = (".additionalPrinterColumns", ".deprecat", ".selectableFields")
_PARTS = {
    "scale": "nothing scales its objects any more: neither an autoscaler nor a budget knows them",
    "status": "its controller cannot write a status apart: that is refused, or taken back",
}
_FIXED = ("spec.group", "spec.names.plural", "spec.scope", "spec.names.kind")


def definition_is_refused(pair: Pair, _: Platform) -> Iterator[Finding]:
    """Yield what the API server refuses of a change of a definition."""
    fixed = pair.below(*_FIXED)
    if fixed:
        yield Finding(Verdict.REFUSED, "immutable", "it may not change once established", fixed)
    left = {field(each, "name", default="") for each in mappings(pair.now, "spec", "versions")}
    status = mapping(pair.known, "status")
    storing = {
        field(each, "name", default="")
        for each in mappings(pair.was, "spec", "versions")
        if each.get("storage")
    } | set(status.get("storedVersions", ()))
    for version in sorted(storing - left):
        why = f"objects may be stored as {version}: status.storedVersions names it"
        remedy = "serve both, migrate what is stored, take it out of status.storedVersions"
        yield Finding(Verdict.REFUSED, "stored-version", why, pair.below("spec.versions"), remedy)


def definition_changes(pair: Pair, _: Platform) -> Iterator[Finding]:
    """Yield what a change of a definition means."""
    gone = _served(pair.was) - _served(pair.now)
    fields = tuple(
        each
        for each in pair.below("spec.versions")
        if not any(name in each.path for name in _FOR_READERS)
    )
    for version in sorted(gone):
        why = f"whoever asks for {version} gets an error"
        yield Finding(Verdict.CUTS_OFF, "served-version", why, fields)
    if fields and not gone:
        why = "objects are held to the new schema when they are written next"
        yield Finding(Verdict.LATER, "schema", why, fields)
    yield from schema_changes(pair)
    yield from _conversion(pair)
    for part, what in _PARTS.items():
        lost = [version for version in _with(pair.was, part) if version in _served(pair.now)]
        if set(lost) - _with(pair.now, part):
            yield Finding(Verdict.WEAKENS, "subresource", what, fields)


def _with(definition: dict[str, Any], part: str) -> set[str]:
    """Return the versions of a definition with a subresource."""
    versions = mappings(definition, "spec", "versions")
    return {field(v, "name", default="") for v in versions if part in mapping(v, "subresources")}


def _conversion(pair: Pair) -> Iterator[Finding]:
    changed = pair.below("spec.conversion")
    was, now = (
        field(node, "spec", "conversion", "strategy", default="None")
        for node in (pair.was, pair.now)
    )
    if was == "Webhook" != now:
        why = "objects of another version than the stored one are read as if it was theirs"
        yield Finding(Verdict.CUTS_OFF, "conversion", why, changed)
    elif changed:
        why = "another server converts objects of other versions: while it is away, none is read"
        yield Finding(Verdict.LATER, "conversion", why, changed)


def _served(definition: dict[str, Any]) -> set[str]:
    versions = mappings(definition, "spec", "versions")
    return {field(each, "name", default="") for each in versions if each.get("served")}


def custom_resource_is_refused(pair: Pair, world: Platform) -> Iterator[Finding]:
    """Yield which rules of transitions in its definition a change of a custom resource breaks."""
    schema = _schema(pair, world)
    if schema:
        yield from _broken(pair, schema, pair.was, pair.now, "")


def custom_values(pair: Pair, world: Platform) -> Iterator[Finding]:
    """Yield what of a custom resource its definition does not allow, and did not before."""
    schema = _schema(pair, world)
    before = set(_misfits(schema, pair.was, "")) if pair.was else set()
    for path, why in _misfits(schema, pair.now, ""):
        if (path, why) not in before:
            changed = tuple(each for each in pair.fields if each.path.startswith(path))
            yield Finding(Verdict.REFUSED, "definition", f"{path}: {why}", changed)


def _misfits(schema: dict[str, Any], node: Json, path: str) -> Iterator[tuple[str, str]]:
    wanted = _TYPES.get(field(schema, "type", default=""))
    if wanted and (not isinstance(node, wanted) or (wanted != (bool,) and isinstance(node, bool))):
        if not (node is None and schema.get("nullable")):
            yield path, f"{node!r} is not of type {schema['type']}"
        return
    words = schema.get("enum")
    if words and node not in words:
        yield path, f"{node!r} is none of {', '.join(map(str, words))}"
    if isinstance(node, int | float):
        least, most = schema.get("minimum", node), schema.get("maximum", node)
        if not least <= node <= most:
            yield path, f"{node} is not between {least} and {most}"
    if isinstance(node, dict):
        yield from _misfits_inside(schema, node, path)
    elif isinstance(node, list) and mapping(schema, "items"):
        for index, item in enumerate(node):
            yield from _misfits(schema["items"], item, f"{path}[{index}]")


def _misfits_inside(
    schema: dict[str, Any], node: dict[str, Any], path: str
) -> Iterator[tuple[str, str]]:
    at, known = f"{path}." if path else "", mapping(schema, "properties")
    for name in strings(schema, "required"):
        if name not in node:
            yield f"{at}{name}", "it is required"
    others = schema.get("additionalProperties")
    closed = known and not others and not schema.get("x-kubernetes-preserve-unknown-fields")
    for name, member in node.items():
        if name in known:
            yield from _misfits(known[name], member, f"{at}{name}")
        elif isinstance(others, dict):
            yield from _misfits(others, member, f"{at}{name}")
        elif closed and not (not path and name in _OF_ALL):
            yield f"{at}{name}", "no such field in its definition"


def _schema(pair: Pair, world: Platform) -> dict[str, Any]:
    version = field(pair.manifest, "apiVersion", default="").rpartition("/")[2]
    for definition in world.of_kind(DEFINITION):
        spec = mapping(definition, "spec")
        if f"{mapping(spec, 'names').get('kind')}.{spec.get('group')}" == kind_of(pair.manifest):
            for each in mappings(spec, "versions"):
                if each.get("name") == version:
                    return mapping(each, "schema", "openAPIV3Schema")
    return {}


def _broken(
    pair: Pair, schema: dict[str, Any], was: Json, now: Json, path: str
) -> Iterator[Finding]:
    # A rule of a transition is asked only where there is an old value and a new one.
    if was == now or was is None or now is None:
        return
    for rule in mappings(schema, "x-kubernetes-validations"):
        text = field(rule, "rule", default="")
        holds = _holds(text, was, now) if "oldSelf" in text else True
        if holds is not True:
            changed = tuple(each for each in pair.fields if each.path.startswith(path))
            why = field(rule, "message", default=f"its definition asks for {text}")
            certainty = Certainty.CERTAIN if holds is False else Certainty.CONDITIONAL
            verdict = Verdict.REFUSED if holds is False else Verdict.UNKNOWN
            yield Finding(verdict, "definition", why, changed, certainty=certainty)
    if isinstance(was, dict) and isinstance(now, dict):
        for name, member in mapping(schema, "properties").items():
            inside = f"{path}.{name}" if path else name
            yield from _broken(pair, member, was.get(name), now.get(name), inside)


def _holds(rule: str, was: Json, now: Json) -> bool | None:
    """Tell whether a rule holds; None if it is not one of the few forms that are understood."""
    same = _SAME.fullmatch(rule.strip())
    if same:
        return bool(_member(now, same[1]) == _member(was, same[2]))
    ordered = _ORDERED.fullmatch(rule.strip())
    if ordered and isinstance(was, int | float) and isinstance(now, int | float):
        return {">=": now >= was, "<=": now <= was, ">": now > was, "<": now < was}[ordered[1]]
    return None


def _member(node: Json, path: str) -> Json:
    for name in path.split(".")[1:]:
        node = node.get(name) if isinstance(node, dict) else None
    return node
