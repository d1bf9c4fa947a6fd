"""dist/ is what main.py makes, to the byte, whoever runs it and however often."""

from __future__ import annotations

import os
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.platform import program as program_as_it_is
from tests.platform.shop import ROOT, build, edited

DIST = ROOT / "dist"


def differences(before: Path, after: Path) -> str:
    """Return how the files of two folders differ, as a unified diff."""
    names = {path.relative_to(folder) for folder in (before, after) for path in folder.rglob("*.*")}
    return "".join(
        line
        for name in sorted(names)
        for line in unified_diff(
            _lines(before / name), _lines(after / name), f"dist/{name}", f"synth/{name}"
        )
    )


def _lines(path: Path) -> list[str]:
    # Bytes as they are: reading as text would make all ends of lines alike.
    return path.read_bytes().decode().splitlines(keepends=True) if path.exists() else []


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
    changed = differences(DIST, synthesized)
    if changed:
        pytest.fail(f"`make snapshots` accepts what main.py changes:\n{changed}", pytrace=False)


def test_synth_is_the_same_optimized_and_again(synthesized: Path, tmp_path: Path) -> None:
    assert differences(synthesized, _run(tmp_path, "-O", seed=2)) == ""
    assert differences(synthesized, _run(tmp_path, "-O", seed=3)) == ""


@pytest.mark.mission("B92")
def test_one_argument_shows_as_its_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    build(program_as_it_is, tmp_path / "before")
    program = edited(monkeypatch, tmp_path, ('("203.0.113.0/24",)', '("198.51.100.0/24",)'))
    build(program, tmp_path / "dist")
    changed = differences(tmp_path / "before", tmp_path / "dist").splitlines()
    assert [line for line in changed if line.startswith(("-", "+"))] == [
        "--- dist/00-cluster.k8s.yaml",
        "+++ synth/00-cluster.k8s.yaml",
        "-            cidr: 203.0.113.0/24",
        "+            cidr: 198.51.100.0/24",
        "--- dist/40-web.k8s.yaml",
        "+++ synth/40-web.k8s.yaml",
        "-    - 203.0.113.0/24",
        "+    - 198.51.100.0/24",
    ]


def test_a_file_more_or_less_shows(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text("kind: Service\n")
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert "-kind: Service" in differences(tmp_path, nothing)
    assert "+kind: Service" in differences(nothing, tmp_path)
