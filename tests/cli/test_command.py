"""`constructs-lib` answers at once, since it starts no Node.js."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

DIST = Path(__file__).parents[2] / "dist"


def run(*arguments: str) -> str:
    """Run the command, on a machine that has no Node.js."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-O", "-m", "constructs_lib.cli", *arguments],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("arguments", [["list"], ["create"]], ids=" ".join)
def test_secrets_needs_no_node(arguments: list[str]) -> None:
    assert "socket-broker" in run("secrets", *arguments, str(DIST))


@pytest.mark.parametrize("arguments", [[], ["secrets"], ["secrets", "list"]], ids=" ".join)
def test_help_takes_less_than_half_a_second(arguments: list[str]) -> None:
    """Of the processor: what else the machine does is not counted."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run(*arguments, "--help").startswith("usage: constructs-lib")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
