"""What the pages show works: Python runs, YAML is what there is, links lead somewhere."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.testing import find, find_all, schema_problems
from tests.documentation.cluster import objects
from tests.documentation.pages import PAGES, README, ROOT, TUTORIAL, blocks, code, place, run
from tests.repository.offenders import offenders

# What something here checks, on which pages.
CHECKED = {
    "console": PAGES,  # test_commands.py
    "diff": [TUTORIAL],  # test_tutorial.py
    "mermaid": [ROOT / "docs" / "platform.md"],  # test_picture.py
    "python": PAGES,
    "sh": PAGES,  # test_commands_in_pods.py
    # test_readme.py, test_tutorial.py, test_reference.py
    "text": [README, TUTORIAL, *(ROOT / "docs" / "reference").glob("*.md")],
    "yaml": PAGES,
}
# The blocks of a page follow on each other; those of the tutorial are run by test_tutorial.py.
PROGRAMS = [
    pytest.param(program, id=place(page))
    for page in PAGES
    if page != TUTORIAL and (program := "\n".join(blocks("python", page)))
]
WITH_YAML = [page for page in PAGES if page != TUTORIAL and blocks("yaml", page)]


def test_each_block_is_checked() -> None:
    def is_checked(page: Path) -> None:
        for block in code(page):
            assert page in CHECKED.get(block.language, []), f"nothing checks {block.language!r}"

    assert offenders(PAGES, is_checked) == []


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


@pytest.mark.parametrize("page", WITH_YAML, ids=place)
def test_yaml_is_what_is_made(page: Path, tmp_path: Path) -> None:
    made = _made_by(page, tmp_path) or objects()
    ours = {namespace["metadata"]["name"] for namespace in find_all(made, "Namespace")}
    for text in blocks("yaml", page):
        for shown in yaml.safe_load_all(text):
            if shown["metadata"].get("namespace", "app") in ours:
                assert holds(find(made, shown["kind"], shown["metadata"]["name"]), shown), shown
            else:
                assert schema_problems([shown]) == []


def test_links_lead_somewhere() -> None:
    def lead_somewhere(page: Path) -> None:
        for target, anchor in _links(page):
            assert target.exists(), target
            assert not anchor or anchor in _anchors(target), anchor

    assert offenders(PAGES, lead_somewhere) == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen, ahead = set(), [README]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        ahead += {target for target, _ in _links(page) if target in PAGES} - seen
    assert [place(page) for page in PAGES if page not in seen] == []


def test_files_that_are_named_are_there() -> None:
    def are_there(page: Path) -> None:
        for path in re.findall(
            r"`((?:constructs_lib|tests|docs|examples|dist)/[^`*\s]+)`", page.read_text()
        ):
            assert (ROOT / path.partition("::")[0]).exists(), path

    assert offenders(PAGES, are_there) == []


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


def holds(whole: object, part: object) -> bool:
    """Tell whether a part, with the keys that it leaves out, is in a whole."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and holds(whole[key], value) for key, value in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return whole == part


def _made_by(page: Path, folder: Path) -> list[dict[str, Any]]:
    program = "\n".join(blocks("python", page))
    if "synth()" not in program:
        return []
    # Not main.py, which some pages import.
    (folder / "page.py").write_text(program)
    run(folder, "page.py")
    return [
        manifest
        for file in folder.glob("dist/*.yaml")
        for manifest in yaml.safe_load_all(file.read_text())
    ]


def _links(page: Path) -> list[tuple[Path, str]]:
    return [
        ((page.parent / target).resolve() if target else page, anchor)
        for target, _, anchor in (
            link.partition("#") for link in re.findall(r"\]\(([^)]+)\)", page.read_text())
        )
        if not target.startswith("https://")
    ]


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
