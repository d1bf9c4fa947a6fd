"""The table of the specification's lines, with the rung that tests show for each."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
RESULTS = ROOT / "tests" / "cluster" / "results.json"

_MARK = re.compile(r'mark\.mission\("(B\d+)"\)')
_BULLET = re.compile(r"- (B\d+) (.*)")
_INTRODUCTION = """\
# How far each line of the specification is

Made by `make snapshots` from the marks of the tests; do not edit.

- R1 synthesized: a typed argument or default makes it, a snapshot or assertion pins it.
- R2 consistent: an invariant over the whole platform holds.
- R3 accepted: the real software takes it.
- R4 behaves: it was watched doing what the line says.

R3 and R4 come from `tests/cluster/results.json`, which a run on a real cluster writes.
"""


def bullets() -> dict[str, str]:
    """Return the lines of the specification by their number."""
    text = (ROOT / "docs" / "mission.md").read_text()
    return dict(_BULLET.findall(text))


def marks() -> dict[str, set[str]]:
    """Return the files whose tests carry the mark of each line."""
    shown: dict[str, set[str]] = defaultdict(set)
    for file in (ROOT / "tests").rglob("test_*.py"):
        for bullet in _MARK.findall(file.read_text()):
            shown[bullet].add(str(file.relative_to(ROOT / "tests")))
    return shown


def table() -> str:
    """Return the page."""
    texts, shown = bullets(), marks()
    results: dict[str, str] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    rungs = {bullet: _rung(shown.get(bullet, set()), results.get(bullet)) for bullet in texts}
    counts = ", ".join(
        f"{sum(rung == name for rung in rungs.values())} {name}"
        for name in ("R4", "R3", "R2", "R1", "missing")
    )
    rows = [
        f"| {bullet} | {text} | {rungs[bullet]} | {_files(shown.get(bullet, set()))} |"
        for bullet, text in texts.items()
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


def _rung(files: set[str], seen: str | None) -> str:
    if not files:
        return "missing"
    if seen is not None:
        return seen
    return "R2" if any(file.startswith("platform/") for file in files) else "R1"


def _files(files: set[str]) -> str:
    return ", ".join(sorted(file.removesuffix(".py") for file in files))


if __name__ == "__main__":
    PAGE.write_text(table())
