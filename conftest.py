"""What all tests and examples build in, and how they are counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from cdk8s import App, Chart

# Checks of pages, docstrings and layout, which say nothing of what the library does.
OF_THE_REPOSITORY = ("tests/documentation/", "tests/repository/")

pytest_plugins = ["pytest_constructs_lib", "tests.documentation.specification"]


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Return an app whose output would be a folder of the test."""
    return App(outdir=str(tmp_path / "dist"))


@pytest.fixture
def chart(app: App) -> Chart:
    """Return a chart of the namespace `app`."""
    return Chart(app, "app", namespace="app")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the tests of the library and the checks of the repository apart."""
    counts = {"library": Counter[str](), "repository": Counter[str]()}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            where = "repository" if report.nodeid.startswith(OF_THE_REPOSITORY) else "library"
            counts[where][outcome] += 1
    for where, outcomes in counts.items():
        said = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
        terminalreporter.write_line(f"{where}: {said or 'none'}")
