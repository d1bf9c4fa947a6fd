"""The reference platform, built once for all tests of this folder."""

from __future__ import annotations

import pytest

import main
from tests.platform import program
from tests.platform.shop import Shop, build


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform as main.py has it today."""
    return build(main, tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform that the expectations of these tests are written for."""
    return build(program, tmp_path_factory.mktemp("shop"))
