"""What the pages show works: Python runs, commands name what there is, links lead somewhere."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest
import yaml

from tests.documentation.pages import PAGES, ROOT, blocks, place, run

OBJECTS = {
    (m["kind"].lower(), m["metadata"]["name"], m["metadata"].get("namespace"))
    for file in (ROOT / "dist").glob("*.yaml")
    for m in yaml.safe_load_all(file.read_text())
}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
# The blocks of a page follow on each other.
PROGRAMS = [
    pytest.param(program, id=place(page))
    for page in PAGES
    if (program := "\n".join(blocks("python", page)))
]
COMMANDS = [
    pytest.param(line, id=f"{place(page)}: {line}")
    for page in PAGES
    for block in blocks("console", page)
    for line in block.splitlines()
    if line.strip()
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_python_runs(program: str, tmp_path: Path) -> None:
    page = tmp_path / "test_page.py"
    page.write_text(program)
    if "def test_" in program:
        run(tmp_path, "-m", "pytest", "-p", "pytest_constructs_lib", "--snapshot-update", page)
        assert list(tmp_path.glob("__snapshots__/test_page/*.yaml"))
    elif "synth()" in program:
        run(tmp_path, page)
        assert list(tmp_path.glob("dist/*.yaml"))
    else:
        runpy.run_path(str(page), run_name="page")


@pytest.mark.parametrize("command", COMMANDS)
def test_command_names_what_there_is(command: str) -> None:
    words = shlex.split(command, comments=True)
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


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert link.startswith("https://") or (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_files_that_are_named_are_there(page: Path) -> None:
    named = re.findall(
        r"`((?:constructs_lib|tests|docs|examples|dist)/[^`*\s]+)`", page.read_text()
    )
    for path in named:
        assert (ROOT / path).exists(), path


def test_each_variable_of_a_tier_is_described() -> None:
    described = (ROOT / "docs" / "how-to" / "write-an-image.md").read_text()
    variables = {
        variable["name"]
        for file in (ROOT / "dist").glob("*.yaml")
        for manifest in yaml.safe_load_all(file.read_text())
        if manifest["kind"] == "Deployment"
        for container in manifest["spec"]["template"]["spec"]["containers"]
        if container["name"] == "app"
        for variable in container["env"]
    }
    # main.py chose the name of this one.
    assert {name for name in variables - {"API_URL"} if f"`{name}`" not in described} == set()
