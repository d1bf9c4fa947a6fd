"""The table of the specification's lines, with the rung that tests show for each."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.documentation.specification import ROOT, lines, marked

PAGE = ROOT / "docs" / "coverage.md"
RESULTS = ROOT / "tests" / "cluster" / "results.json"

_MISSING = "missing"
_WHOLE = ("examples/", "tests/platform/")
_VARIANTS = "tests/platform/variants/"
_INTRODUCTION = """\
# How far each line of the specification is

Made by `make snapshots` from the marks of the tests; do not edit.

- R1 synthesized: a typed argument or default makes it, a snapshot or assertion pins it.
- R2 consistent: it fits all that main.py (`tests/platform`) or an example (`examples`) makes.
  A platform with settings that no environment has (`tests/platform/variants`) does not count.
- R3 accepted: the real software takes it (`tests/configuration`, or a run on a real cluster).
- R4 behaves: it was watched doing what the line says.

R4 comes from the results of a run on a real cluster.
"""


def table() -> str:
    """Return the page."""
    texts, tests, results = lines(), marked(), _results()
    rungs = {number: rung(tests.get(number, []), results.get(number, _MISSING)) for number in texts}
    counts = ", ".join(
        f"{list(rungs.values()).count(name)} {name}" for name in ("R4", "R3", "R2", "R1", _MISSING)
    )
    rows = [
        f"| {number} | {text} | {rungs[number]} | {_listed(tests.get(number, []))} |"
        for number, text in texts.items()
    ]
    return "\n".join(
        [
            _INTRODUCTION,
            f"Of {len(texts)} lines: {counts}.",
            "",
            "| line | says | rung | shown by |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def rung(tests: Sequence[str], seen: str) -> str:
    """Return the highest rung of a line.

    Args:
        tests: that carry its mark.
        seen: what the last run on a cluster found; it counts while a test there
            still carries the mark.
    """
    here = [test for test in tests if not test.startswith("tests/cluster/")]
    if len(here) < len(tests) and seen != _MISSING:
        return seen
    if any(test.startswith("tests/configuration/") for test in here):
        return "R3"
    if any(test.startswith(_WHOLE) and not test.startswith(_VARIANTS) for test in here):
        return "R2"
    return "R1" if here else _MISSING


def _results() -> dict[str, str]:
    results: dict[str, str] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    return results


def _listed(tests: Sequence[str]) -> str:
    return "<br>".join(f"`{_short(test)}`" for test in tests)


def _short(test: str) -> str:
    own = test.removeprefix("tests/")
    return test if own == test else own.replace(".py", "")


if __name__ == "__main__":
    PAGE.write_text(table())
