"""Each invariant sees what is broken, and lets pass what is not.

The files in ``invariants/`` hold, for each invariant, what is added to the sound platform, and
which fields of it are changed: JSON pointers, with null for what is taken away. ``says`` is a part
of the message, ``also`` names invariants that the same change breaks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.manifests.invariants import INVARIANTS
from constructs_lib.testing import problems
from tests.manifests.platforms import Manifests, change, sound

Case = dict[str, Any]
CASES: dict[str, dict[str, list[Case]]] = {
    invariant: cases
    for file in sorted((Path(__file__).parent / "invariants").glob("*.yaml"))
    for invariant, cases in yaml.safe_load(file.read_text()).items()
}


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(invariant, case, id=f"{invariant}-{number}")
        for invariant, by_kind in CASES.items()
        for number, case in enumerate(by_kind.get(kind, []))
    ]


def platform(case: Case) -> Manifests:
    manifests = sound()
    for name, fields in case.get("change", {}).items():
        for pointer, value in fields.items():
            change(manifests, name, pointer, value)
    return [*manifests, *case.get("add", [])]


def test_a_sound_platform_has_no_problems() -> None:
    assert problems(sound()) == []


@pytest.mark.parametrize(("invariant", "case"), cases("broken"))
def test_sees_what_is_broken(invariant: str, case: Case) -> None:
    found = problems(platform(case))
    assert {problem.invariant for problem in found} == {invariant, *case.get("also", [])}
    assert case["says"] in "\n".join(
        str(problem) for problem in found if problem.invariant == invariant
    )


@pytest.mark.parametrize(("invariant", "case"), cases("fine"))
def test_lets_pass_what_is_fine(invariant: str, case: Case) -> None:
    assert [str(problem) for problem in problems(platform(case))] == [], invariant


def test_every_invariant_has_something_broken_to_see() -> None:
    names = [invariant.__name__ for invariant in INVARIANTS]
    assert len(set(names)) == len(names)
    seen_elsewhere = {"objects_hold_no_nulls", "config_maps_are_small"}
    assert {name for name, kinds in CASES.items() if kinds["broken"]} == {*names} - seen_elsewhere


def test_sees_a_null() -> None:
    manifests = sound()
    manifests[0]["metadata"]["labels"]["team"] = None
    assert ("objects_hold_no_nulls", "metadata.labels.team is null") in [
        (problem.invariant, problem.message) for problem in problems(manifests)
    ]


def test_sees_a_config_map_that_is_too_large() -> None:
    manifests = sound()
    change(manifests, "ConfigMap/api-settings", "/data/large", "x" * 199_950)
    assert problems(manifests) == []
    change(manifests, "ConfigMap/api-settings", "/data/large", "x" * 199_999)
    assert [problem.invariant for problem in problems(manifests)] == ["config_maps_are_small"]
