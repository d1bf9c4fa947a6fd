"""The house has its rooms in order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from tests.repository.offenders import no_offenders

LIBRARY = Path(__file__).parents[2] / "constructs_lib"
FILES = sorted(LIBRARY.rglob("*.py"))

# Each room may import from itself and from the rooms that stand below it.
FLOORS = [
    {"tiers", "postgres", "valkey", "observability", "operations", "security"},
    {"traffic"},
    {"runtimes", "rollouts"},
    {"pods"},
    {"certificates", "cluster"},
    {"facts"},
    {"override", "scope_values", "synthesis"},
    {"custom_resource", "labels", "named_construct", "names", "namespaces", "storage"},
    {"scopes"},
    {"azure_disks", "ebs", "gce_disks"},
    {
        *("objects", "quantities", "rules", "secret_detection"),
        *("variable_references", "volume_parameters"),
    },
    {"arguments", "values"},
    {"argument_types", "signatures"},
    {"callers", "docstrings", "errors", "origins"},
]
# These read manifests and make none, so nothing stands on them.
READERS = {"manifests", "changes", "runbooks", "testing", "cli"}
ROOMS = [
    file for file in FILES if file.relative_to(LIBRARY).parts[0] not in READERS | {"__init__.py"}
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
    found = [number for number, rooms in enumerate(FLOORS) if name in rooms]
    assert found, f"{name} has no floor: say in FLOORS where it stands"
    return found[0]


def test_imports_go_one_way() -> None:
    def goes_down(file: Path) -> None:
        own = file.relative_to(LIBRARY).parts[0].removesuffix(".py")
        for module in imports(file):
            if module.startswith("constructs_lib"):
                other = room(module)
                assert other == own or floor(other) > floor(own), f"imports {module}"

    no_offenders(ROOMS, goes_down)


def test_no_imports_go_in_circles() -> None:
    graph = {
        ".".join(file.relative_to(LIBRARY.parent).with_suffix("").parts): set(imports(file))
        for file in ROOMS
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_only_tests_import_what_is_for_tests() -> None:
    def is_apart(file: Path) -> None:
        for module in imports(file):
            assert not module.startswith("constructs_lib.testing"), f"imports {module}"

    no_offenders(ROOMS, is_apart)


def test_a_file_is_a_room() -> None:
    def is_a_room(file: Path) -> None:
        text = file.read_text()
        tree = ast.parse(text)
        assert file.stem not in {"utils", "base", "common", "helpers"}, "name it for its subject"
        assert len(text.splitlines()) <= 250, "at most 250 lines"
        title = (ast.get_docstring(tree) or " ").splitlines()[0]
        assert title.endswith("."), "say its subject in the first line"
        asserts = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
        assert not asserts, f"python -O drops the assert of line {asserts}"
        assert "imports" not in {module.split(".")[0] for module in imports(file)}

    assert len(FILES) > 200
    no_offenders(FILES, is_a_room)


def test_functions_are_seen_at_once() -> None:
    def are_short(file: Path) -> None:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                docstring = ast.get_docstring(node, clean=False) or ""
                ends = node.end_lineno or node.lineno
                lines = ends - node.lineno + 1 - len(docstring.splitlines())
                assert lines <= 60, f"{node.name} has {lines} lines, at most 60 without docstring"

    no_offenders(FILES, are_short)


def test_the_platform_is_read_at_once() -> None:
    assert len(LIBRARY.with_name("main.py").read_text().splitlines()) <= 300
