"""Decodes a manifest the way the API server does: by type, strictly."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from constructs_lib.changes.amounts import Amount
from constructs_lib.changes.types import Json, Type, fields_of

_LEAVES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "bytes": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "int-or-string": (int, str),
    "quantity": (int, float, str),
}


class DecodingError(ValueError):
    """A field that the API server cannot decode.

    Args:
        path: of the field.
        message: what is wrong with it.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


def pruned(value: Json, kind: Type) -> Json:
    """Return a value without the fields that its type does not have, such as newer ones."""
    if isinstance(value, list) and kind.items:
        return [pruned(item, kind.items) for item in value]
    if not isinstance(value, dict) or kind.leaf:
        return value
    known = fields_of(kind.name) if kind.name else {}
    of = {name: kind.items or known.get(name) for name in value}
    return {name: pruned(value[name], each) for name, each in of.items() if each is not None}


def decoded(value: Json, kind: Type, path: str = "") -> Json:
    """Return a value without what means nothing, with quantities that compare by amount.

    Raises:
        DecodingError: the API server would not decode it.
    """
    if kind.leaf:
        return _leaf(value, kind.leaf, path)
    if kind.is_list:
        _expect(value, list, "a list", path)
        items = kind.items or kind
        return [decoded(item, items, f"{path}[{i}]") for i, item in enumerate(value)]
    _expect(value, dict, "an object", path)
    return dict(_members(value, kind, path))


def _members(value: dict[str, Any], kind: Type, path: str) -> Iterator[tuple[str, Any]]:
    known = fields_of(kind.name) if kind.name else {}
    for name, member in value.items():
        inside = f"{path}.{name}" if path else str(name)
        of_member = kind.items or known.get(name)
        if of_member is None:
            raise DecodingError(inside, "no such field in this kind of object")
        if member is None:
            continue
        found = decoded(member, of_member, inside)
        # Without a pointer, what is empty and what is not there are the same to Go.
        if not (kind.name and not of_member.pointer and _is_empty(found)):
            yield name, found


def _leaf(value: Json, leaf: str, path: str) -> Json:
    wanted = _LEAVES.get(leaf)
    if wanted is None:
        return value
    if not isinstance(value, wanted) or (isinstance(value, bool) and leaf != "bool"):
        raise DecodingError(path, f"{value!r} where {leaf.replace('-', ' ')} is required")
    if leaf == "bytes":
        return _bytes(str(value), path)
    if leaf != "quantity":
        return value
    try:
        return Amount(value)
    except ValueError as error:
        raise DecodingError(path, str(error)) from error


def _bytes(value: str, path: str) -> str:
    try:
        b64decode(value.replace("\r", "").replace("\n", ""), validate=True)
    except ValueError as error:
        raise DecodingError(path, "it is no base64") from error
    return value


def _expect(value: object, wanted: type, name: str, path: str) -> None:
    if not isinstance(value, wanted):
        raise DecodingError(path, f"{value!r} where {name} is required")


def _is_empty(value: object) -> bool:
    return not value.value if isinstance(value, Amount) else value in ({}, [], "", 0, False)
