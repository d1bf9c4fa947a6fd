"""dist/ is what main.py makes, to the byte, whoever runs it and however often."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.platform.differences import changed_lines
from tests.platform.shop import ROOT, Shop, build, setting

DIST = ROOT / "dist"


def _run(
    folder: Path, *words: str, flags: Sequence[str] = (), seed: int = 1, output: str | None = None
) -> str:
    """Run main.py in a folder, with an order of sets of its own, and return its errors.

    Args:
        folder: where it runs.
        words: its arguments.
        flags: those of Python.
        seed: of the order of sets.
        output: what ``cdk8s synth --output`` would say.
    """
    environment = {name: value for name, value in os.environ.items() if name != "CDK8S_OUTDIR"}
    if output is not None:
        environment["CDK8S_OUTDIR"] = output
    done = subprocess.run(  # noqa: S603 - the interpreter and the program are ours
        [sys.executable, *flags, str(ROOT / "main.py"), *words],
        cwd=folder,
        env={**environment, "PYTHONHASHSEED": str(seed)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode == 0) == (not done.stderr), done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that main.py writes."""
    folder = tmp_path_factory.mktemp("synthesized")
    _run(folder)
    return folder / "dist"


def test_dist_is_fresh(synthesized: Path) -> None:
    changed = changed_lines(DIST, synthesized)
    if changed:
        pytest.fail(f"`make snapshots` accepts what main.py changes:\n{changed}", pytrace=False)


@pytest.mark.parametrize("seed", [2, 3])
def test_synth_is_the_same_optimized_and_again(
    synthesized: Path, tmp_path: Path, seed: int
) -> None:
    _run(tmp_path, flags=["-O"], seed=seed)
    assert changed_lines(synthesized, tmp_path / "dist") == ""


def test_each_environment_has_a_folder_of_its_own(tmp_path: Path) -> None:
    _run(tmp_path, "dev")
    usual = tmp_path / "build" / "dev"
    # The broker of production is managed elsewhere.
    named = {each.name for each in DIST.iterdir()} | {"25-broker.k8s.yaml"}
    assert {each.name for each in usual.iterdir()} == named
    assert not (tmp_path / "dist").exists()
    # As `cdk8s synth --output` says it.
    _run(tmp_path, "dev", output="elsewhere")
    assert changed_lines(usual, tmp_path / "elsewhere") == ""


@pytest.mark.parametrize("folder", ["dist", "dist/dev", "build/../dist"])
def test_fails_with_another_environment_below_dist(tmp_path: Path, folder: str) -> None:
    error = _run(tmp_path, "dev", output=folder)
    assert f"--output: got '{folder}'; use 'build/dev': 'dist' is production" in error
    assert list(tmp_path.iterdir()) == []


def test_fails_with_an_environment_that_there_is_not(tmp_path: Path) -> None:
    error = _run(tmp_path, "staging")
    assert "invalid choice: 'staging' (choose from 'production', 'dev')" in error
    assert list(tmp_path.iterdir()) == []


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
