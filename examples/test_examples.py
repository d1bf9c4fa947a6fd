"""Each example makes what its snapshot holds, keeps the invariants, and runs as a program."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from cdk8s import App
from syrupy.assertion import SnapshotAssertion

from constructs_lib.testing import check
from tests.documentation.pages import run

EXAMPLES = sorted(path.parent.name for path in Path(__file__).parent.glob("*/main.py"))


def program(example: str) -> Path:
    return Path(__file__).parent / example / "main.py"


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example: str, tmp_path: Path, manifest: SnapshotAssertion) -> None:
    app = App(outdir=str(tmp_path))
    build = runpy.run_path(str(program(example)))["build"]
    assert build(app) == manifest
    check(app)


@pytest.mark.parametrize("example", EXAMPLES)
def test_program_writes_manifests(example: str, tmp_path: Path) -> None:
    run(tmp_path, program(example))
    assert list(tmp_path.glob("dist/*.k8s.yaml"))
