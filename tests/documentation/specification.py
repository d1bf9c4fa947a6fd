"""The lines of the specification, and which tests say that they show them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests", "examples")

_LINE = re.compile(r"- (B\d+) (.*)")


def lines() -> dict[str, str]:
    """Return what each line says, by its number."""
    return dict(_LINE.findall((ROOT / "docs" / "mission.md").read_text()))


def marked() -> dict[str, list[str]]:
    """Return the tests that carry the mark of each line, as pytest collects them.

    That is done in a process of its own, since pytest cannot collect while it runs.
    """
    command = [sys.executable, "-m", "tests.documentation.specification"]
    collected = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)  # noqa: S603
    if collected.returncode != 0:
        raise RuntimeError(collected.stderr)
    marks: dict[str, list[str]] = json.loads(collected.stdout)
    return marks


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse the mark of a line that there is not."""
    known = lines()
    for item in items:
        for number in _numbers(item):
            if number not in known:
                raise pytest.UsageError(f"{item.nodeid}: docs/mission.md has no line {number!r}")


def _numbers(item: pytest.Item) -> set[str]:
    return {number for mark in item.iter_markers("mission") for number in mark.args}


class _Collector:
    def __init__(self) -> None:
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for number in _numbers(item):
                self.tests[number].add(item.nodeid.partition("[")[0])


def _collect() -> int:
    collector = _Collector()
    # With the folders that otherwise are run by name only.
    arguments = ["--collect-only", "-qq", "-o", "norecursedirs=packaging"]
    with redirect_stdout(sys.stderr):
        code = pytest.main([*arguments, *FOLDERS], plugins=[collector])
    json.dump({number: sorted(tests) for number, tests in collector.tests.items()}, sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(_collect())
