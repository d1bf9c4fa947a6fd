"""The house has its rooms in order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[1] / "constructs_lib"
FILES = sorted(LIBRARY.rglob("*.py"))

# Each room may import from itself and from the rooms that stand below it.
FLOORS = [
    {"tiers", "postgres", "observability", "operations", "security"},
    {"traffic"},
    {"runtimes", "rollouts"},
    {"pods"},
    {"facts"},
    {"scope_values"},
    {"names", "namespaces", "storage", "custom_resource", "override"},
    {"ebs", "quantities", "rules", "secret_shapes"},
    {"errors"},
]


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "constructs_lib":
                yield from (f"constructs_lib.{alias.name}" for alias in node.names)
            else:
                yield node.module


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if name in rooms)


def by_path(file: Path) -> str:
    return str(file.relative_to(LIBRARY))


# These read manifests and make none, so nothing stands on them.
READERS = {"manifests", "testing", "cli"}
ROOMS = [
    file for file in FILES if file.relative_to(LIBRARY).parts[0] not in READERS | {"__init__.py"}
]


@pytest.mark.parametrize("file", ROOMS, ids=by_path)
def test_imports_go_one_way(file: Path) -> None:
    own = file.relative_to(LIBRARY).parts[0].removesuffix(".py")
    for module in imports(file):
        if not module.startswith("constructs_lib"):
            continue
        other = room(module)
        assert other == own or floor(other) > floor(own), module


def test_no_imports_go_in_circles() -> None:
    graph = {
        ".".join(file.relative_to(LIBRARY.parent).with_suffix("").parts): set(imports(file))
        for file in ROOMS
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_only_tests_import_what_is_for_tests() -> None:
    importing = [
        by_path(file)
        for file in FILES
        if file.relative_to(LIBRARY).parts[0] not in READERS
        and any(module.startswith("constructs_lib.testing") for module in imports(file))
    ]
    assert importing == []


@pytest.mark.parametrize("file", FILES, ids=by_path)
def test_a_file_is_a_room(file: Path) -> None:
    text = file.read_text()
    tree = ast.parse(text)
    assert file.stem not in {"utils", "base", "common", "helpers"}
    assert len(text.splitlines()) <= 250
    assert (ast.get_docstring(tree) or "").splitlines()[0].endswith(".")
    assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree)), "dropped by python -O"
    assert not any(module.split(".")[0] == "imports" for module in imports(file))
