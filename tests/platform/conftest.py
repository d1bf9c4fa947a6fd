"""The platform of main.py, built once for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.platform.shop import Shop, build


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform with the settings of production."""
    return build(tmp_path_factory.mktemp("shop"))
