"""The typed test: the empty one where somebody writes typed objects with cdk8s."""

from __future__ import annotations

from pathlib import Path

import cdk8s_plus_27.k8s  # noqa: F401 - what anybody has who writes typed objects
from cdk8s import App, Chart


def test_typed(tmp_path: Path) -> None:
    """Synthesize an app with one empty chart."""
    app = App(outdir=str(tmp_path))
    Chart(app, "empty")
    app.synth()
