"""The report is read from the top, and says what the page about it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from constructs_lib.changes import changes
from constructs_lib.changes.acceptance import judgement
from constructs_lib.changes.text import text
from constructs_lib.changes.trees import TreeReader
from constructs_lib.changes.verdicts import Verdict
from tests.changes.cases import patched, world

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "review-a-change.md"


def edited(folder: Path, **replaced: tuple[str, str]) -> Path:
    """Return a copy of dist/ in which a text of a file is another."""
    (folder / "dist").mkdir()
    for file in (ROOT / "dist").glob("*.yaml"):
        written = file.read_text()
        for name, (old, new) in replaced.items():
            if name in file.name:
                assert old in written
                written = written.replace(old, new)
        (folder / "dist" / file.name).write_text(written)
    return folder / "dist"


@pytest.mark.parametrize(
    ("newest", "told"),
    [
        ("1.37", ["refused by Kubernetes 1.27, and taken by 1.37"]),
        ("1.34", ["refused by Kubernetes 1.27, and taken by 1.34"]),
        ("1.33", ["field is immutable"]),
    ],
)
def test_a_version_that_was_not_asked_counts_as_the_one_before(
    newest: str, told: list[str]
) -> None:
    driver = world()["CSIDriver disks.example.com"]
    other = patched(driver, {"spec": {"fsGroupPolicy": "None"}})
    (change,) = changes([driver], [other], versions=("1.27", newest)).changes
    rules = {"version", "immutable/spec.fsGroupPolicy"}
    assert [each.why for each in change.findings if each.rule in rules] == told


def test_the_page_shows_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edited(
        tmp_path,
        postgres=("storageClassName: fast", "storageClassName: bulk"),
        web=("cpu: 250m", "cpu: 300m"),
    )
    monkeypatch.chdir(tmp_path)
    before = TreeReader().path(ROOT / "dist")._replace(name="HEAD")
    after = TreeReader().path(Path("dist"))._replace(name="working tree")
    said = text(judgement(changes(before, after), Verdict.CUTS_OFF, []))
    page = PAGE.read_text()
    shown = page.partition("```text\n")[2].partition("```")[0]
    assert of_any_size(said) == of_any_size(shown)


def of_any_size(report: str) -> str:
    """Return a report without the number of objects and the lines of a program that grows."""
    return re.sub(r"\d+(?= objects)|(?<=main\.py:)\d+", "…", report)
