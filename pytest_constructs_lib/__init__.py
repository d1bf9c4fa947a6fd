"""The pytest plugin of constructs_lib; it imports nothing until a test asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion


def pytest_configure(config: pytest.Config) -> None:
    """Have syrupy, where there is one, judge by our rule which snapshots are unused."""
    if config.pluginmanager.hasplugin("syrupy"):
        from pytest_constructs_lib.unused import Report  # noqa: PLC0415 - needs syrupy

        patch = pytest.MonkeyPatch()
        patch.setattr("syrupy.session.SnapshotReport", Report)
        config.add_cleanup(patch.undo)


@pytest.fixture
def manifest(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compare an App, a Chart or a list of manifests with the YAML file of the test.

    Write ``assert chart == manifest``; ``pytest --snapshot-update`` accepts a change.
    """
    from constructs_lib.testing.snapshots import ManifestAssertion  # noqa: PLC0415 - takes a second

    return ManifestAssertion.of(snapshot)
