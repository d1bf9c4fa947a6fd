"""The coverage table says what the tests say."""

from __future__ import annotations

import pytest

from tests.documentation import coverage
from tests.documentation.specification import lines, pytest_collection_modifyitems

TIER, PLATFORM, CLUSTER = "tests/tiers/test_a", "tests/platform/test_b", "tests/cluster/test_c"
VARIANT, EXAMPLE = "tests/platform/variants/test_e", "examples/test_f"
PROGRAM = "tests/configuration/test_d"


def test_the_table_is_fresh() -> None:
    assert coverage.PAGE.read_text() == coverage.table(), "run: make snapshots"


def test_the_specification_is_whole() -> None:
    assert list(lines()) == [f"B{number}" for number in range(1, 138)]


def test_rungs() -> None:
    cases = [
        ([], "missing", "missing"),
        ([TIER], "missing", "R1"),
        ([TIER, PLATFORM], "missing", "R2"),
        ([TIER, VARIANT], "missing", "R1"),
        ([TIER, EXAMPLE], "missing", "R2"),
        ([TIER, PROGRAM], "missing", "R3"),
        ([CLUSTER], "missing", "missing"),
        ([TIER, CLUSTER], "missing", "R1"),
        ([TIER, PLATFORM, CLUSTER], "R4", "R4"),
        ([TIER], "R4", "R1"),
    ]
    assert [case for case in cases if coverage.rung(case[0], case[1]) != case[2]] == []


def test_fails_collection_for_an_unknown_line(request: pytest.FixtureRequest) -> None:
    item = pytest.Function.from_parent(request.node.parent, name="test_rungs", callobj=test_rungs)
    item.add_marker(pytest.mark.mission("B1", "B138"))
    with pytest.raises(pytest.UsageError, match=r"test_rungs: docs/mission\.md has no line 'B138'"):
        pytest_collection_modifyitems([item])
