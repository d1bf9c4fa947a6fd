"""Each example makes just what its snapshot holds, and holds to the invariants."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from cdk8s import App
from syrupy.assertion import SnapshotAssertion

from constructs_lib.testing import check

EXAMPLES = sorted(path.parent.name for path in Path(__file__).parent.glob("*/main.py"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example: str, tmp_path: Path, manifest: SnapshotAssertion) -> None:
    app = App(outdir=str(tmp_path))
    build = runpy.run_path(str(Path(__file__).parent / example / "main.py"))["build"]
    assert build(app) == manifest
    check(app)
