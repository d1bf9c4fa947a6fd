"""`make synth` swaps dist/ only when the synthesis has succeeded."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from environments import DEV

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the checkout that shares its environment."""
    for name in ("cdk8s-cli", "constructs_lib", "crds", "dist", "imports"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in (
        *("Makefile", "cdk8s.yaml", "environments.py", "main.py"),
        *("pyproject.toml", "requirements.txt", "requirements-dev.txt"),
    ):
        shutil.copy2(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yaml")}


def make_synth(folder: Path, environment: str = "production") -> int:
    command = ["make", "synth", f"ENV={environment}"]
    return subprocess.run(command, cwd=folder, check=False).returncode


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


def test_another_environment_has_a_folder_of_its_own(checkout: Path) -> None:
    before = contents(checkout / "dist")
    assert make_synth(checkout, "dev") == 0
    assert contents(checkout / "dist") == before
    made = contents(checkout / DEV.folder)
    assert b"shop.localhost" in made["50-host.k8s.yaml"]
    # Production has a broker that somebody else runs.
    assert made.keys() - before.keys() == {"25-broker.k8s.yaml"}


def test_an_environment_that_there_is_not_is_refused(checkout: Path) -> None:
    assert make_synth(checkout, "staging") != 0
