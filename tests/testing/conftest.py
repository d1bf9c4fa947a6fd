"""Tests of a consumer, run with the plugin."""

from __future__ import annotations

import sys

import pytest


class Runner:
    """Runs a test module of a consumer with the plugin."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.snapshots = pytester.path / "__snapshots__"
        self.snapshot = self.snapshots / "test_shop" / "test_web.yaml"

    def __call__(self, source: str, *arguments: str) -> pytest.RunResult:
        self.pytester.makepyfile(test_shop=source)
        plugins = ["-p", "syrupy", "-p", "pytest_constructs_lib"]
        return self.pytester.runpytest_inprocess(*plugins, *arguments)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Runner:
    # The plugins that happen to be installed take seconds to start.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # With these pytest shows more than it does to a person, and syrupy judges nothing by itself.
    for variable in ("CI", "BUILD_NUMBER", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(variable, raising=False)
    # Modules that are written twice in a second look the same to the cache.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return Runner(pytester)
