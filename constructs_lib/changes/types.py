"""The types of Kubernetes' objects, from a table that was generated from its source."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from constructs_lib.manifests.fields import Manifest, field

# tests/changes/kubernetes/types.go tells how a type is written.
_WRITTEN = re.compile(r"([!=]?)(\*?)(?:(\{\})|\[([^\]!]*)(!?)\])?(.*)")


Json = Any
"""Whatever a manifest holds."""


class Type(NamedTuple):
    """A type of a field.

    Args:
        name: of the struct, such as ``core.PodSpec``; empty for none.
        leaf: such as ``string`` or ``quantity``; empty for a struct, a map or a list.
        items: the type of what a map or a list holds; None for others.
        is_list: whether it is a list.
        key: the field by which a patch merges the items of a list, ``=`` for the items
            themselves; empty if a patch replaces the list or it is none.
        retains_keys: whether fields that are not written go when a patch changes it or its items.
        replaced: whether a patch replaces it.
        pointer: whether nothing and an empty value differ.
    """

    name: str = ""
    leaf: str = ""
    items: Type | None = None
    is_list: bool = False
    key: str = ""
    retains_keys: bool = False
    replaced: bool = False
    pointer: bool = False


ANY = Type(leaf="any")


@cache
def type_of(api_version: str, kind: str) -> Type | None:
    """Return the type of an object, or None for a custom resource."""
    name = _table()["kinds"].get(f"{api_version} {kind}")
    return Type(name=name) if name else None


def type_of_object(manifest: Manifest) -> Type | None:
    """Return the type of a manifest, or None for a custom resource."""
    return type_of(field(manifest, "apiVersion", default=""), field(manifest, "kind", default=""))


def kinds() -> Iterator[tuple[str, str]]:
    """Yield the version of the API and the name of each kind that has a type."""
    for written in _table()["kinds"]:
        version, _, kind = written.partition(" ")
        yield version, kind


@cache
def fields_of(struct: str) -> dict[str, Type]:
    """Return the fields of a struct."""
    return {name: _parsed(written) for name, written in _table()["types"][struct].items()}


def type_in(kind: Type, name: str) -> Type:
    """Return the type of a field, or of each item of a map."""
    return kind.items or (fields_of(kind.name) if kind.name else {}).get(name, ANY)


@cache
def _parsed(written: str) -> Type:
    match = _WRITTEN.fullmatch(written)
    if match is None:
        return ANY
    strategy, pointer, is_map, key, retains, rest = match.groups()
    common = Type(
        retains_keys=strategy == "!" or bool(retains),
        replaced=strategy == "=",
        pointer=bool(pointer),
    )
    if is_map or key is not None:
        return common._replace(items=_parsed(rest), is_list=not is_map, key=key or "")
    if rest.startswith("@"):
        return common._replace(name=rest[1:])
    return common._replace(leaf=rest)


@cache
def _table() -> dict[str, Any]:
    return dict(json.loads(Path(__file__).with_name("types.json").read_text()))
