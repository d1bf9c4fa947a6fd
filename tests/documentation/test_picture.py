"""The picture shows the platform as it is."""

from __future__ import annotations

from tests.documentation import picture


def test_the_picture_is_fresh() -> None:
    assert picture.PAGE.read_text() == picture.picture(), "run: make snapshots"
