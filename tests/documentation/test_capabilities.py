"""The table of capabilities is what the renderers do."""

from __future__ import annotations

from tests.documentation import capabilities


def test_the_table_is_fresh() -> None:
    assert capabilities.PAGE.read_text() == capabilities.capabilities(), "run: make snapshots"
