"""The runbooks, with the names of the platform that pages speak of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from constructs_lib.runbooks.pages import filled, templates
from constructs_lib.runbooks.subjects import subjects
from tests.documentation.cluster import documented
from tests.documentation.pages import ROOT

FOLDER = ROOT / "docs" / "runbooks"


def pages() -> Mapping[Path, str]:
    """Return the text of each page."""
    named = subjects(documented().objects)
    return {FOLDER / f"{name}.md": filled(page, named) for name, page in templates().items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, text in pages().items():
        file.write_text(text)
