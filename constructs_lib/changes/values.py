"""Values that the API server refuses wherever they are written.

The words of fields, and the fields that must be there, are a table which is made of its OpenAPI
documents (tests/changes/value_table.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from constructs_lib.changes.forms import FORMS
from constructs_lib.changes.part_rules import PART_RULES, Node
from constructs_lib.changes.pod_part_rules import POD_PART_RULES
from constructs_lib.changes.types import Json, Type, fields_of, type_of_object
from constructs_lib.manifests.fields import Manifest

WrongValues = Iterator[tuple[str, str]]
_RULES = {**PART_RULES, **POD_PART_RULES}


def wrong_values(manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the values of an object, as the API server stores it."""
    kind = type_of_object(manifest)
    if kind is not None:
        yield from (f"{path}: {message}" for path, message in _wrong(manifest, kind, ""))


def _wrong(node: Json, kind: Type, path: str) -> WrongValues:
    if kind.is_list and isinstance(node, list):
        for index, item in enumerate(node):
            yield from _wrong(item, kind.items or kind, f"{path}[{index}]")
    elif kind.items and isinstance(node, dict):
        for key, member in node.items():
            yield from _wrong(member, kind.items, f"{path}.{key}")
    elif kind.name and isinstance(node, dict):
        yield from _of_struct(node, kind.name, path)
        members = fields_of(kind.name)
        for name, member in node.items():
            if name in members and name != "status":
                yield from _wrong(member, members[name], f"{path}.{name}" if path else name)


def _of_struct(node: Node, struct: str, path: str) -> WrongValues:
    at = f"{path}." if path else ""
    for name, written in _table().get(struct, {}).items():
        value = node.get(name)
        words = set(filter(None, written.removeprefix("!").split("|")))
        if written.startswith("!") and value in (None, "", []):
            yield f"{at}{name}", "it is required"
        elif value and words and value not in words:
            yield f"{at}{name}", f"{value!r} is none of {', '.join(sorted(words))}"
    for name, form in FORMS.get(struct, {}).items():
        message = form(node[name]) if node.get(name) is not None else ""
        if message:
            yield f"{at}{name}", message
    rule = _RULES.get(struct)
    if rule:
        yield from ((path, message) for message in rule(node))


@cache
def _table() -> dict[str, dict[str, str]]:
    return dict(json.loads(Path(__file__).with_name("values.json").read_text()))
