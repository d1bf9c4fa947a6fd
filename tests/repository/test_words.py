"""A name of the library means one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.repository.offenders import no_offenders

LIBRARY = Path(__file__).parents[2] / "constructs_lib"


def defined(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the classes of a file, and names of types, each with what it is."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.ClassDef):
            yield node.name, str(file)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and not target.id.isupper():
                yield target.id, ast.unparse(node.value)


def test_two_meanings_are_two_words() -> None:
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for file in LIBRARY.rglob("*.py"):
        for name, meaning in defined(file):
            # Those of one file alone begin with "_", and types with a capital letter.
            if name[0].isupper() and len(name) > 1:
                meanings[name].add(meaning)

    def means_one_thing(name: str) -> None:
        assert len(meanings[name]) == 1, f"is {' and '.join(sorted(meanings[name]))}"

    assert len(meanings) > 400
    no_offenders(meanings, means_one_thing)
