"""The reference says what the docstrings say."""

from __future__ import annotations

from tests.documentation import reference


def test_the_reference_is_fresh() -> None:
    assert reference.PAGE.read_text() == reference.reference(), "run: make snapshots"
