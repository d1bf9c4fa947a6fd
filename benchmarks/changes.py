"""What it takes to tell a change of manifests, beside parsing both trees."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.measure import ROOT
from benchmarks.table import table
from constructs_lib.changes import changes
from constructs_lib.manifests.files import read

_DIST = ROOT / "dist"
# A Deployment rolls out; and a tier with all its objects comes under another name.
_EDITS = (
    ("a new image", r"shop/web:1\.4\.2", "shop/web:1.5.0", 1.5),
    ("a tier renamed", r"\b(name: |app/)web\b", r"\1frontend", 3.0),
)


def section(work: Path, rounds: int) -> str:
    """Return the ratios to the time in which both trees are parsed, each by itself."""
    rows = []
    for name, pattern, replacement, aim in _EDITS:
        edited = work / name.replace(" ", "-")
        edited.mkdir()
        for file in _DIST.glob("*.yaml"):
            (edited / file.name).write_text(re.sub(pattern, replacement, file.read_text()))
        found = changes(_DIST, edited)
        ratios = [_told(edited) / _parsed(edited) for _ in range(rounds)]
        taken = median(ratios)
        rows.append((name, len(found.changes), taken, aim, "kept" if taken <= aim else "MISSED"))
    return table(
        "Changes: times the parsing of both trees",
        ("", "objects that change", "measured", "aim", ""),
        rows,
    )


def _told(edited: Path) -> float:
    return _seconds(lambda: changes(_DIST, edited))


def _parsed(edited: Path) -> float:
    return _seconds(lambda: [list(read(tree)) for tree in (_DIST, edited)])


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start
