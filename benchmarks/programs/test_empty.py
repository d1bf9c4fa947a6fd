"""The empty test: what pytest, Python, Node and cdk8s cost."""

from __future__ import annotations

from pathlib import Path

from cdk8s import App, Chart


def test_empty(tmp_path: Path) -> None:
    """Synthesize an app with one empty chart."""
    app = App(outdir=str(tmp_path))
    Chart(app, "empty")
    app.synth()
