"""`make synth` swaps dist/ only when the synthesis has succeeded."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the checkout that shares its environment."""
    for name in ("cdk8s-cli", "constructs_lib", "crds", "dist", "imports"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in (
        *("Makefile", "cdk8s.yaml", "environments.py", "main.py"),
        *("requirements.txt", "requirements-dev.txt"),
    ):
        shutil.copy2(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yaml")}


def make_synth(folder: Path) -> int:
    return subprocess.run(["make", "synth"], cwd=folder, check=False).returncode  # noqa: S607


def test_a_failed_synth_leaves_dist_as_it_was(checkout: Path) -> None:
    before = contents(checkout / "dist")
    settings = checkout / "environments.py"
    settings.write_text(settings.read_text().replace('"shop.example.com"', '"not a host"'))
    assert make_synth(checkout) != 0
    assert contents(checkout / "dist") == before


def test_a_synth_takes_away_what_is_not_made_any_more(checkout: Path) -> None:
    before = contents(checkout / "dist")
    (checkout / "dist" / "99-old.k8s.yaml").write_text("")
    assert make_synth(checkout) == 0
    assert contents(checkout / "dist") == before
