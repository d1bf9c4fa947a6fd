"""What the pages show works: Python runs, commands name what there is, links lead somewhere."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import constructs_lib

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
OBJECTS = {
    (m["kind"].lower(), m["metadata"]["name"], m["metadata"].get("namespace"))
    for file in (ROOT / "dist").glob("*.yaml")
    for m in yaml.safe_load_all(file.read_text())
}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (f"{page.relative_to(ROOT)}-{number}", block)
        for page in PAGES
        for number, block in enumerate(
            re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL), 1
        )
    ]


def commands() -> list[tuple[str, str]]:
    return [
        (where, line)
        for where, block in blocks("console")
        for line in block.splitlines()
        if line.strip()
    ]


def by_place(pair: tuple[str, str]) -> str:
    return pair[0]


@pytest.mark.parametrize("block", blocks("python"), ids=by_place)
def test_python_runs(block: tuple[str, str], tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(block[1])
    if "synth()" not in block[1]:
        runpy.run_path(str(page), run_name="page")
        return
    # Node resolves the folder that is written, from where it was started.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, page], cwd=tmp_path, env=environment, check=True)  # noqa: S603
    assert list((tmp_path / "dist").glob("*.yaml"))


@pytest.mark.parametrize("command", commands(), ids=by_place)
def test_command_names_what_there_is(command: tuple[str, str]) -> None:
    words = shlex.split(command[1], comments=True)
    if words[0] == "make":
        assert words[1] in TARGETS
    elif words[0] == "kubectl":
        namespace = words[words.index("-n") + 1] if "-n" in words else None
        for word in words[1:]:
            if word.startswith("dist/"):
                assert (ROOT / word).exists(), word
            elif re.fullmatch(r"[a-z]+/[a-z-]+", word):
                assert (*word.split("/"), namespace) in OBJECTS
    else:
        assert words[0] in {"git", "python"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert link.startswith("https://") or (page.parent / link).exists(), link


def test_the_refusal_in_the_readme_is_the_real_one() -> None:
    shown = re.search(
        r"```text\nConfigurationError: (.*?)```", (ROOT / "README.md").read_text(), re.DOTALL
    )
    assert shown is not None
    with pytest.raises(constructs_lib.ConfigurationError) as refused:
        constructs_lib.Container(image="registry.example.com/shop/web:latest")
    assert " ".join(shown[1].split()) == str(refused.value)
