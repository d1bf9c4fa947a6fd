"""Where the baselines of these tests stand."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart


@pytest.fixture
def cluster(app: App) -> Chart:
    """Return a chart without a namespace, as a baseline asks for."""
    return Chart(app, "cluster")
