"""The reference says what the docstrings say."""

from __future__ import annotations

import constructs_lib.changes
import constructs_lib.testing
from tests.documentation import reference
from tests.public_names import PUBLIC


def test_the_reference_is_fresh() -> None:
    written = {page: page.read_text() for page in reference.FOLDER.glob("*.md")}
    assert written == reference.pages(), "run: make snapshots"


def test_each_public_name_has_its_place() -> None:
    headings = [
        line.removeprefix("## ")
        for page, text in reference.pages().items()
        if page.name != "README.md"
        for line in text.splitlines()
        if line.startswith("## ")
    ]
    assert sorted(headings) == sorted(
        [*PUBLIC, *constructs_lib.testing.__all__, *constructs_lib.changes.__all__]
    )
