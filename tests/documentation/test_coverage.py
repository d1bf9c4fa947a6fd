"""The coverage table says what the tests say."""

from __future__ import annotations

from tests.documentation import coverage


def test_the_table_is_fresh() -> None:
    assert coverage.PAGE.read_text() == coverage.table(), "run: make snapshots"


def test_every_mark_names_a_line_of_the_specification() -> None:
    assert set(coverage.marks()) <= set(coverage.bullets())


def test_the_specification_is_whole() -> None:
    assert list(coverage.bullets()) == [f"B{number}" for number in range(1, 138)]
