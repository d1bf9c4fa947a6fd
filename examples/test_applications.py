"""Applications of others come aboard whole: no field is overridden, and no object made by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent
APPLICATIONS = ("chatwoot", "langfuse", "mastodon", "superset")
BY_HAND = {"override", "ApiObject", "CustomResource", "JsonPatch", "k8s"}


def names(program: Path) -> set[str]:
    """Return all names that a program imports or uses."""
    nodes = list(ast.walk(ast.parse(program.read_text())))
    imported = {
        each.name for node in nodes if isinstance(node, ast.ImportFrom) for each in node.names
    }
    return imported | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_it_is_whole_and_short(name: str) -> None:
    program = HERE / name / "main.py"
    assert not names(program) & BY_HAND
    assert len(program.read_text().splitlines()) <= 200


def test_what_they_share_is_short() -> None:
    ground = HERE / "ground.py"
    assert not names(ground) & BY_HAND
    assert len(ground.read_text().splitlines()) <= 120
