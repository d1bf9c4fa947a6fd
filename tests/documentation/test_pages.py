"""What the pages show works: Python runs, YAML is what there is, links lead somewhere."""

from __future__ import annotations

import re
import runpy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from constructs_lib.testing import find, find_all, schema_problems
from tests.documentation.cluster import documented
from tests.documentation.pages import PAGES, README, ROOT, TUTORIAL, blocks, code, place, run
from tests.repository.offenders import no_offenders

# What something here checks, on which pages.
CHECKED = {
    "console": PAGES,  # test_commands.py
    "diff": [TUTORIAL],  # test_tutorial.py
    "mermaid": [ROOT / "docs" / "platform.md"],  # test_picture.py
    "python": PAGES,
    "sh": PAGES,  # test_commands_in_pods.py
    # test_readme.py, test_tutorial.py, test_reference.py, tests/changes/test_report.py
    "text": [
        *(README, TUTORIAL, ROOT / "docs" / "how-to" / "review-a-change.md"),
        ROOT / "docs" / "decisions" / "0051-a-trailer-accepts.md",
        *(ROOT / "docs" / "reference").glob("*.md"),
    ],
    "yaml": PAGES,
}
# The blocks of a page follow on each other; those of the tutorial are run by test_tutorial.py.
WITH_PYTHON = [page for page in PAGES if page != TUTORIAL and blocks("python", page)]
WITH_YAML = [page for page in PAGES if page != TUTORIAL and blocks("yaml", page)]


def test_each_block_is_checked() -> None:
    def is_checked(page: Path) -> None:
        for block in code(page):
            assert page in CHECKED.get(block.language, []), f"nothing checks {block.language!r}"

    no_offenders(PAGES, is_checked)


def test_python_runs() -> None:
    assert len(WITH_PYTHON) > 30
    no_offenders(map(place, WITH_PYTHON), made_by)


def test_yaml_is_what_is_made() -> None:
    def shows_what_is_made(page: str) -> None:
        made = made_by(page) or documented().objects
        ours = {namespace["metadata"]["name"] for namespace in find_all(made, "Namespace")}
        for text in blocks("yaml", ROOT / page):
            for shown in yaml.safe_load_all(text):
                kind, name = shown["kind"], shown["metadata"]["name"]
                if shown["metadata"].get("namespace", "app") in ours:
                    assert holds(find(made, kind, name), shown), f"{kind} {name} is another"
                else:
                    problems = schema_problems([shown])
                    assert not problems, problems

    no_offenders(map(place, WITH_YAML), shows_what_is_made)


def test_links_lead_somewhere() -> None:
    def lead_somewhere(page: Path) -> None:
        for target, anchor in _links(page):
            assert target.exists(), target
            assert not anchor or anchor in _anchors(target), anchor

    no_offenders(PAGES, lead_somewhere)


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

    no_offenders(PAGES, are_there)


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


@cache
def made_by(page: str) -> list[dict[str, Any]]:
    """Run the Python of a page, and return the manifests that it writes, if it does."""
    program = "\n".join(blocks("python", ROOT / page))
    with TemporaryDirectory() as name:
        folder = Path(name)
        # Not main.py, which some pages import.
        file = folder / "test_page.py"
        file.write_text(program)
        if "def test_" in program:
            run(folder, "-m", "pytest", "-p", "pytest_constructs_lib", "--snapshot-update", file)
            assert list(folder.glob("__snapshots__/test_page/*.yaml")), "its tests ask nothing"
        elif "synth()" in program:
            run(folder, file)
            assert list(folder.glob("dist/*.yaml")), "it writes no manifest"
        else:
            try:
                runpy.run_path(str(file), run_name="page")
            except Exception as error:
                raise AssertionError(f"{type(error).__name__}: {error}") from error
        return [
            manifest
            for written in folder.glob("dist/*.yaml")
            for manifest in yaml.safe_load_all(written.read_text())
        ]


def holds(whole: object, part: object) -> bool:
    """Tell whether a part, with the keys that it leaves out, is in a whole."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and holds(whole[key], value) for key, value in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return whole == part


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
