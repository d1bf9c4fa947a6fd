"""The table of values that fields may have, made of the OpenAPI documents of an API server."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from constructs_lib.changes.types import Type, fields_of

TABLE = Path(__file__).parents[2] / "constructs_lib/changes/values.json"
# Nobody applies these, or they are written by controllers.
_NOT_APPLIED = ("Status", "Condition")
# OpenAPI requires these, and the API server takes them empty.
_MAY_BE_EMPTY = {
    "core.HTTPHeader.value",
    "core.SleepAction.seconds",
    "core.Sysctl.value",
    "core.WeightedPodAffinityTerm.podAffinityTerm",
    "discovery.EndpointSlice.endpoints",
    "storage.TokenRequest.audience",
}


def written(documents: Iterable[dict[str, Any]], types: dict[str, Any]) -> str:
    """Return the table as it is committed: a line for each type.

    A field has the words that it may have, ``!`` if it must be there, or both.

    Args:
        documents: of the groups.
        types: those of the table of types.
    """
    found: dict[str, dict[str, str]] = {}
    for document in documents:
        for name, schema in document["components"]["schemas"].items():
            struct = _struct(name)
            if struct in types and not struct.endswith(_NOT_APPLIED):
                fields = dict(_fields(struct, schema))
                if fields:
                    found[struct] = fields
    rows = (
        f"{json.dumps(name)}: {json.dumps(found[name], sort_keys=True)}" for name in sorted(found)
    )
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _struct(name: str) -> str:
    group, version, kind = (name.split(".") * 3)[-3:]
    return f"{group}.{kind}" if version == "v1" else f"{group}/{version}.{kind}"


def _fields(struct: str, schema: dict[str, Any]) -> Iterable[tuple[str, str]]:
    known = fields_of(struct)
    required = set(schema.get("required", []))
    for name, of in schema.get("properties", {}).items():
        if name in known and name != "status":
            must = "!" if name in required and _must_not_be_empty(struct, name, known[name]) else ""
            written = must + "|".join(filter(None, of.get("enum", [])))
            if written:
                yield name, written


def _must_not_be_empty(struct: str, name: str, of: Type) -> bool:
    """Tell whether an empty value of a required field is refused: that of Go is as good as none."""
    return (of.leaf in {"string", "int-or-string"} or of.pointer or of.is_list) and (
        f"{struct}.{name}" not in _MAY_BE_EMPTY
    )
