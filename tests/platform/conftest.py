"""The reference platform, built once for all tests of this folder."""

from __future__ import annotations

import pytest

import main
from tests.platform.shop import Shop, build


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform as main.py has it."""
    return build(main, tmp_path_factory.mktemp("shop"))
