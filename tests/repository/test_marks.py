"""A mark of the specification stands on a test that says what must be so."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.repository.offenders import no_offenders

ROOT = Path(__file__).parents[2]
SNAPSHOTS = {"manifest", "snapshot"}


def _is_marked(test: ast.FunctionDef) -> bool:
    return any(ast.unparse(each).startswith("pytest.mark.mission(") for each in test.decorator_list)


def _compares_with_a_snapshot(statement: ast.Assert) -> bool:
    compared = statement.test
    return isinstance(compared, ast.Compare) and any(
        isinstance(side, ast.Name) and side.id in SNAPSHOTS
        for side in (compared.left, *compared.comparators)
    )


def test_no_mark_stands_on_a_snapshot_alone() -> None:
    tests = {
        f"{file.relative_to(ROOT)}::{node.name}": node
        for folder in ("tests", "examples")
        for file in (ROOT / folder).rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and _is_marked(node)
    }

    def says_what_must_be_so(name: str) -> None:
        claims = [each for each in ast.walk(tests[name]) if isinstance(each, ast.Assert | ast.With)]
        alone = [
            each
            for each in claims
            if isinstance(each, ast.Assert) and _compares_with_a_snapshot(each)
        ]
        assert not alone or len(alone) < len(claims), "a snapshot says that it is as it was"

    assert len(tests) > 300
    no_offenders(tests, says_what_must_be_so)
