"""Runbooks are fresh, and whoever is paged may do what they say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.documentation import runbooks
from tests.documentation.pages import code
from tests.repository.offenders import no_offenders


def test_the_runbooks_are_fresh() -> None:
    written = {page: page.read_text() for page in runbooks.FOLDER.glob("*.md")}
    assert written == runbooks.pages(), "run: make snapshots"


def test_each_runbook_names_its_alerts_once() -> None:
    def names_its_alerts(page: Path) -> None:
        (line,) = re.findall(r"^Alerts: .*$", page.read_text(), re.MULTILINE)
        assert re.fullmatch(r"Alerts: `\w+`(, `\w+`)*", line), line

    no_offenders(runbooks.pages(), names_its_alerts)


def test_no_runbook_waits_for_an_administrator() -> None:
    """That its readers may run its commands is checked with those of all pages."""

    def is_for_who_is_paged(page: Path) -> None:
        readers = {block.reader for block in code(page)}
        assert readers <= {"debugger", "operator"}, readers
        assert "administrator runs" not in page.read_text()

    no_offenders(runbooks.pages(), is_for_who_is_paged)
