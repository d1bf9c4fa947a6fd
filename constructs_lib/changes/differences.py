"""The fields in which two objects differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import FieldChange
from constructs_lib.manifests.fields import field

# The fields that tell the items of a list apart, in the order in which they are tried.
_LABELS = ("name", "mountPath", "key", "ip", "host", "topologyKey", "port")
# Maps of single words, each of which is a matter of its own.
_MAPS = frozenset({"annotations", "data", "hard", "labels", "parameters"})
_MOST_SHOWN = 60


def differences(before: Json, after: Json, path: str = "") -> Iterator[FieldChange]:
    """Yield the lowest fields that differ; items of lists are named where they have names."""
    if before == after:
        return
    if path.rpartition(".")[2] in _MAPS:
        before, after = before or {}, after or {}
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            inside = f"{path}.{name}" if path else str(name)
            yield from differences(before.get(name), after.get(name), inside)
        return
    if isinstance(before, list) and isinstance(after, list):
        pairs = list(_items(before, after))
        if pairs:
            for label, was, now in pairs:
                yield from differences(was, now, f"{path}[{label}]")
            return
    yield FieldChange(path, before, after)


def _items(before: list[Any], after: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Pair the items of two lists; nothing if they cannot be paired or only their order differs."""
    for label in _LABELS if all(isinstance(item, dict) for item in [*before, *after]) else ():
        was, now = _by(before, label), _by(after, label)
        if was is not None and now is not None:
            if was == now:
                return
            for name in [*was, *(name for name in now if name not in was)]:
                yield name, was.get(name), now.get(name)
            return
    if len(before) == len(after) and all(isinstance(item, dict) for item in [*before, *after]):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield str(index), one, other


def _by(items: list[Any], label: str) -> dict[str, Any] | None:
    named = {}
    for item in items:
        # A template of a claim has its name where objects have it.
        value = item.get(label, field(item, "metadata", label, default="")) if item else ""
        if value:
            named[str(value)] = item
    return named if len(named) == len(items) else None


def shown(value: object) -> str:
    """Return a value in a line: whole if it is short, otherwise what it is."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        text = ", ".join(map(shown, value)) if isinstance(value, list) else "…"
        if isinstance(value, dict):
            text = ", ".join(f"{key}: {shown(item)}" for key, item in value.items())
        text = f"[{text}]" if isinstance(value, list) else f"{{{text}}}"
    else:
        text = str(value).strip()
        lines = text.splitlines()
        if len(lines) > 1:
            return f"{len(lines)} lines"
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def value_at(node: object, path: str) -> object:
    """Return the value at a path of names; None where there is none, or where items are named."""
    for name in path.split("."):
        node = node.get(name) if isinstance(node, dict) else None
    return node
