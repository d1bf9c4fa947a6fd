"""Numbers of lines in JSON are found by range, whatever other applications call by their names."""

from __future__ import annotations

import pytest

from constructs_lib.observability.elk.parsing import NUMBERS
from tests.configuration.programs.jruby import filtered

pytestmark = pytest.mark.usefixtures("java")


@pytest.mark.mission("B76")
def test_numbers_are_kept_apart() -> None:
    app = {"ms": 1204.5, "order": "4711", "tries": 3, "a.b": 1, "nested": {"ms": 1}, "ok": True}
    assert filtered(NUMBERS, {"app": app}) == {
        "app": app,
        "numbers": {"ms": 1204.5, "tries": 3, "a_b": 1},
    }


@pytest.mark.parametrize("event", [{"app": {"order": "4711"}}, {"app": [1, 2]}, {}])
def test_a_line_without_numbers_is_as_it_was(event: dict[str, object]) -> None:
    assert filtered(NUMBERS, event) == event
