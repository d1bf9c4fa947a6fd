"""Where the time goes, for an aim that is missed."""

from __future__ import annotations

import pstats
import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from benchmarks.measure import ROOT, Program
from benchmarks.table import table
from benchmarks.traces import Trace

_MOST = 12


def functions(program: Program) -> str:
    """Return what takes most: of the library with all that it calls, and of all by itself.

    The profiler slows Python and not Node: the order counts, the seconds do not.
    """
    file = program.folder / "profile"
    program.run("-m", "cProfile", "-o", str(file))
    stats: Any = pstats.Stats(str(file))
    rows = [
        (_place(*function), calls, own, whole)
        for function, (_, calls, own, whole, _) in stats.stats.items()
    ]
    of_library = [row for row in rows if row[0].startswith("constructs_lib/")]
    return _most("Functions of the library, with what they call", of_library, by=3) + _most(
        "Functions of all, by themselves", rows, by=2
    )


def further_calls(library: Trace, typed: Trace, rounds: int) -> str:
    """Return which calls into Node the library makes on top of those of the typed calls."""
    return table(
        "Calls into Node on top of the typed calls",
        ("", "times"),
        [
            (call, count // rounds)
            for call, count in (library.calls - typed.calls).most_common(_MOST)
        ],
    )


def _most(title: str, rows: Sequence[tuple[object, ...]], *, by: int) -> str:
    largest = sorted(rows, key=itemgetter(by), reverse=True)[:_MOST]
    return table(title, ("", "calls", "own s", "with callees s"), largest)


def _place(file: str, line: int, name: str) -> str:
    if file == "~":
        return name
    shown = re.sub(rf"^{re.escape(str(ROOT))}/|^.*/(?=python3)|^.*/site-packages/", "", file)
    return f"{shown}:{line} {name}"
