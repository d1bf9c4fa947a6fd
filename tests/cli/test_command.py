"""`constructs-lib` answers at once, since it starts no Node.js."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

DIST = Path(__file__).parents[2] / "dist"


def run(*arguments: str, options: Sequence[str] = ()) -> CompletedProcess[str]:
    """Run the command, on a machine that has no Node.js."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-O", *options, "-m", "constructs_lib.cli", *arguments],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.parametrize("arguments", [["list"], ["create"]], ids=" ".join)
def test_secrets_needs_no_node(arguments: list[str]) -> None:
    assert "socket-broker" in run("secrets", *arguments, str(DIST)).stdout


@pytest.mark.parametrize("arguments", [[], ["secrets"], ["secrets", "list"]], ids=" ".join)
def test_help_imports_no_construct(arguments: list[str]) -> None:
    """How long it takes, the benchmark tells."""
    done = run(*arguments, "--help", options=("-X", "importtime"))
    assert done.stdout.startswith("usage: constructs-lib")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "argparse" in imported
    assert imported.isdisjoint({"jsii", "cdk8s", "constructs", "constructs_lib.pods.pod"})
