"""What all tests and examples build in: an app that writes nowhere, and a chart of `app`."""

from __future__ import annotations

from pathlib import Path

import pytest
from cdk8s import App, Chart

pytest_plugins = ["pytest_constructs_lib", "tests.documentation.specification"]


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Return an app whose output would be a folder of the test."""
    return App(outdir=str(tmp_path / "dist"))


@pytest.fixture
def chart(app: App) -> Chart:
    """Return a chart of the namespace `app`."""
    return Chart(app, "app", namespace="app")
