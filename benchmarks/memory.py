"""The most memory that a program and the Node processes below it hold at once."""

from __future__ import annotations

import re
import time
from pathlib import Path

from benchmarks.measure import Program

_PROC = Path("/proc")
_INTERVAL_SECONDS = 0.005
_PSS = re.compile(r"^Pss:\s+(\d+)", re.MULTILINE)


def is_measurable() -> bool:
    """Tell whether this system has the files that memory is read from."""
    return (_PROC / "self/smaps_rollup").exists()


def peak_mebibytes(program: Program) -> float:
    """Return the highest sum of PSS, where shared pages count once.

    Watching takes time of its own, so that this run tells nothing about seconds.
    """
    peak = 0
    with program.start() as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_kibibytes, _tree(process.pid))))
            time.sleep(_INTERVAL_SECONDS)
    return peak / 1024


def _tree(pid: int) -> list[int]:
    try:
        children = (_PROC / f"{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _tree(int(child)))]


def _kibibytes(pid: int) -> int:
    try:
        rollup = (_PROC / f"{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = _PSS.search(rollup)
    return int(found[1]) if found else 0
