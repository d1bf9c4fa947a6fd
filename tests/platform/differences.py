"""How two platforms differ: which objects, which of their fields, which lines of the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

from constructs_lib.manifests.fields import walk
from constructs_lib.manifests.platform import describe
from tests.platform.shop import Shop

Lines = Counter[tuple[str, str]]


def changed(before: Shop, after: Shop) -> dict[str, list[str]]:
    """Return what objects say now, as ``path: value``, by the objects that are not the same.

    A text is read line by line. What is gone has a minus before it.
    """
    one, other = _by_name(before.objects), _by_name(after.objects)
    return {
        name: _changed(one.get(name, Counter()), other.get(name, Counter()))
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    }


def changed_lines(before: Path, after: Path) -> str:
    """Return how the files of two folders differ, as a unified diff."""
    names = {path.relative_to(folder) for folder in (before, after) for path in folder.rglob("*.*")}
    return "".join(
        line
        for name in sorted(names)
        for line in unified_diff(
            _lines(before / name), _lines(after / name), f"before/{name}", f"after/{name}"
        )
    )


def _changed(before: Lines, after: Lines) -> list[str]:
    gained, lost = after - before, before - after
    replaced = _paths(gained)
    gone = {path for path, count in _paths(lost).items() if replaced[path] != count}
    return [
        *(f"{path}: {value}" for path, value in gained.elements()),
        *(f"- {path}: {value}" for path, value in lost.elements() if path in gone),
    ]


def _paths(lines: Lines) -> Counter[str]:
    return Counter(path for path, _ in lines.elements())


def _by_name(objects: Sequence[dict[str, Any]]) -> dict[str, Lines]:
    return {
        describe(each): Counter(
            (path, line)
            for path, value in walk(each)
            if not isinstance(value, dict | list)
            for line in str(value).splitlines()
        )
        for each in objects
    }


def _lines(path: Path) -> list[str]:
    # Bytes as they are: reading as text would make all ends of lines alike.
    return path.read_bytes().decode().splitlines(keepends=True) if path.exists() else []
