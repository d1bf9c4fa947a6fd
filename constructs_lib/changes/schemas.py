"""Schemas of definitions: what of the objects that live is forgotten, or not taken any more."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings, strings

# Each bounds a value from one side.
_LEAST = ("minimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "maxLength", "maxItems", "maxProperties")


def schema_changes(pair: Pair) -> Iterator[Finding]:
    """Yield what another schema means for objects that it does not fit."""
    was, now = _schemas(pair.was), _schemas(pair.now)
    fields = pair.below("spec.versions")
    for version in sorted(was.keys() & now.keys()):
        forgotten = list(_forgotten(was[version], now[version], ""))
        if forgotten:
            why = f"what objects say of {_listed(forgotten)} is not read any more"
            yield _found(Verdict.LOSES_DATA, why, fields)
        stricter = list(_stricter(was[version], now[version], ""))
        if stricter:
            why = f"objects that do not fit {_listed(stricter)} cannot be written any more"
            yield _found(Verdict.WEAKENS, why, fields)


def _found(verdict: Verdict, why: str, fields: Json) -> Finding:
    return Finding(verdict, "schema", why, fields, certainty=Certainty.CONDITIONAL)


def _schemas(definition: Json) -> dict[str, Json]:
    return {
        field(each, "name", default=""): mapping(each, "schema", "openAPIV3Schema")
        for each in mappings(definition, "spec", "versions")
        if each.get("served")
    }


def _forgotten(was: Json, now: Json, path: str) -> Iterator[str]:
    if now.get("x-kubernetes-preserve-unknown-fields") or now.get("additionalProperties"):
        return
    known = mapping(now, "properties")
    for name, member in mapping(was, "properties").items():
        inside = f"{path}.{name}" if path else name
        if name in known:
            yield from _forgotten(member, known[name], inside)
        else:
            yield inside
    if mapping(was, "items") and mapping(now, "items"):
        yield from _forgotten(was["items"], now["items"], f"{path}[]")


def _stricter(was: Json, now: Json, path: str) -> Iterator[str]:
    words, fewer = was.get("enum"), now.get("enum")
    if (
        was.get("type") != now.get("type")
        or (fewer and (not words or set(map(str, words)) - set(map(str, fewer))))
        or (now.get("pattern") and now.get("pattern") != was.get("pattern"))
        or any(name in now and now[name] > was.get(name, now[name] - 1) for name in _LEAST)
        or any(name in now and now[name] < was.get(name, now[name] + 1) for name in _MOST)
        or len(mappings(now, "x-kubernetes-validations"))
        > len(mappings(was, "x-kubernetes-validations"))
    ):
        yield path
    for name in sorted(set(strings(now, "required")) - set(strings(was, "required"))):
        if "default" not in mapping(now, "properties", name):
            yield f"{path}.{name}" if path else name
    others = mapping(now, "properties")
    for name, member in mapping(was, "properties").items():
        if name in others:
            yield from _stricter(member, others[name], f"{path}.{name}" if path else name)
    if mapping(was, "items") and mapping(now, "items"):
        yield from _stricter(was["items"], now["items"], f"{path}[]")


def _listed(paths: list[str]) -> str:
    more = len(paths) - 3
    return ", ".join(paths[:3]) + (f" and {more} more" if more > 0 else "")
