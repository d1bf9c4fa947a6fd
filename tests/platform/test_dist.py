"""dist/ is what main.py makes, to the byte, whoever runs it and however often."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.differences import changed_lines
from tests.platform.shop import ROOT, Shop, build, setting

DIST = ROOT / "dist"


def _run(folder: Path, *flags: str, seed: int) -> Path:
    """Run main.py in a folder of its own, with an order of sets of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "CDK8S_OUTDIR"}
    subprocess.run(  # noqa: S603 - the interpreter and the program are ours
        [sys.executable, *flags, str(ROOT / "main.py")],
        cwd=folder,
        env={**environment, "PYTHONHASHSEED": str(seed)},
        check=True,
    )
    return folder / "dist"


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that main.py writes."""
    return _run(tmp_path_factory.mktemp("synthesized"), seed=1)


@pytest.mark.mission("B121")
def test_dist_is_fresh(synthesized: Path) -> None:
    changed = changed_lines(DIST, synthesized)
    if changed:
        pytest.fail(f"`make snapshots` accepts what main.py changes:\n{changed}", pytrace=False)


def test_synth_is_the_same_optimized_and_again(synthesized: Path, tmp_path: Path) -> None:
    assert changed_lines(synthesized, _run(tmp_path, "-O", seed=2)) == ""
    assert changed_lines(synthesized, _run(tmp_path, "-O", seed=3)) == ""


@pytest.mark.mission("B92")
def test_one_argument_shows_as_its_lines(shop: Shop, tmp_path: Path) -> None:
    other = build(tmp_path, setting("load_balancer.source_ranges", ("198.51.100.0/24",)))
    changed = changed_lines(shop.folder, other.folder).splitlines()
    assert [line for line in changed if line.startswith(("-", "+"))] == [
        "--- before/00-cluster.k8s.yaml",
        "+++ after/00-cluster.k8s.yaml",
        "-            cidr: 203.0.113.0/24",
        "+            cidr: 198.51.100.0/24",
        "--- before/40-web.k8s.yaml",
        "+++ after/40-web.k8s.yaml",
        "-    - 203.0.113.0/24",
        "+    - 198.51.100.0/24",
    ]


def test_a_file_more_or_less_shows(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text("kind: Service\n")
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert "-kind: Service" in changed_lines(tmp_path, nothing)
    assert "+kind: Service" in changed_lines(nothing, tmp_path)
