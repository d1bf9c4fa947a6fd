"""What is said of ten edits of main.py, whole, so that it is read as a reviewer reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from constructs_lib.changes import changes
from constructs_lib.changes.acceptance import judgement
from constructs_lib.changes.text import text
from constructs_lib.changes.verdicts import Verdict
from tests.changes.edits import EDITS, Object, as_it_is


class TextFile(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture(scope="module")
def before() -> list[Object]:
    return as_it_is()


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_is_told(
    edit: Callable[[], list[Object]], before: list[Object], snapshot: SnapshotAssertion
) -> None:
    found = changes(before, edit())
    # How many objects there are is nothing that an edit does.
    _, _, said = text(judgement(found, Verdict.CUTS_OFF, [])).partition("\n\n")
    assert said == snapshot(extension_class=TextFile)


def test_lines_keep_to_their_width(before: list[Object]) -> None:
    told = judgement(changes(before, []), Verdict.CUTS_OFF, [])
    for width in (80, 120):
        assert max(map(len, text(told, width=width).splitlines())) <= width
