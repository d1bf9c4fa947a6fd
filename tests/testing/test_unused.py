"""A test that did not pass keeps its snapshots; one that no test needs is unused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.testing.conftest import Runner

pytest_plugins = ["pytester"]

COMPARED = 'assert [{"kind": "Service"}] == manifest'
LOST = '[{"kind": "Service", "metadata": {"namespace": "nowhere"}}]'
OTHER = f"""
def test_other(manifest):
    {COMPARED}
"""
SHOP = f"""
import pytest
from constructs_lib.testing import check

@pytest.fixture
def shop():
    return "shop"

@pytest.mark.parametrize("name", ["a", "b"])
def test_page(name, manifest):
    {COMPARED}

class TestShop:
    def test_web(self, shop, manifest):
        {COMPARED}
"""
# What somebody wrote instead of what, and how pytest is called then.
NOT_REACHED = {
    "check fails": (COMPARED, f"check({LOST}); {COMPARED}", []),
    "fixture fails": ('return "shop"', "assert False", []),
    "skipped": (COMPARED, f"pytest.skip(); {COMPARED}", []),
    "after a failure": ("name, manifest):", "name, manifest):\n    assert False", ["-x"]),
    "after the end": ("name, manifest):", "name, manifest):\n    pytest.exit('enough')", []),
    "not selected": ("class", "@pytest.mark.filterwarnings\nclass", ["-k", "not filterwarnings"]),
    "module fails": ("import pytest", "import pytest, nowhere", []),
    "module skipped": ("import pytest", "import pytest\npytest.importorskip('nowhere')", []),
    "only collected": ("", "", ["--collect-only"]),
}
XDIST = ["-p", "xdist", "-n", "2"]


@pytest.mark.parametrize(("old", "new", "arguments"), NOT_REACHED.values(), ids=NOT_REACHED)
def test_a_test_keeps_what_it_did_not_come_to(
    run: Runner, old: str, new: str, arguments: list[str]
) -> None:
    kept = compared(run)
    changed = SHOP.replace(old, new)
    shown = run(changed, *arguments)
    shown.stdout.no_fnmatch_line("*unused*")
    run(changed, *arguments, "--snapshot-update").stdout.no_fnmatch_line("*unused*")
    assert snapshots(run) == kept


def test_so_it_does_in_several_processes(run: Runner) -> None:
    kept = compared(run)
    old, new, arguments = NOT_REACHED["after a failure"]
    run(SHOP.replace(old, new), *XDIST, *arguments, "--snapshot-update")
    assert snapshots(run) == kept


@pytest.mark.parametrize("arguments", [[], XDIST], ids=["", "several processes"])
def test_what_no_test_needs_is_unused(run: Runner, arguments: list[str]) -> None:
    _other, web, _page, *kept = compared(run)
    run.pytester.makepyfile(test_other="def test_other(): pass")
    shop = SHOP.replace('"a", "b"', '"b"')
    run(shop, *arguments).stdout.fnmatch_lines(["*2 snapshots unused*"])
    run(shop, *arguments, "--snapshot-update")
    assert snapshots(run) == [web, *kept]


def compared(run: Runner) -> list[Path]:
    """Return the snapshots after all tests passed."""
    run.pytester.makepyfile(test_other=OTHER)
    run(SHOP, "--snapshot-update").assert_outcomes(passed=4)
    files = snapshots(run)
    assert len(files) == 4
    return files


def snapshots(run: Runner) -> list[Path]:
    return sorted(run.snapshots.glob("*/*"))
