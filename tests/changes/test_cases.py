"""Each case gets the outcomes and verdicts that an operator would give it."""

from __future__ import annotations

import pytest

from constructs_lib.changes import Changes, Deploys, Verdict, changes
from tests.changes import accuracy
from tests.changes.cases import Case, cases, named, world

CASES = cases()


def judged(case: Case) -> Changes:
    return changes(case.before, case.after, deploys=Deploys(case.deploys))


@pytest.mark.parametrize("case", CASES, ids=[case.says for case in CASES])
def test_a_case_gets_its_verdicts(case: Case) -> None:
    found = {
        each.object: (
            each.outcome.value,
            frozenset(f.verdict.value for f in each.findings) or {Verdict.HARMLESS.value},
        )
        for each in judged(case).changes
    }
    assert found == case.found


@pytest.mark.parametrize("case", CASES, ids=[case.says for case in CASES])
def test_nothing_changes_without_a_change(case: Case) -> None:
    assert not changes(case.after, case.after).changes
    assert not changes(case.after, list(reversed(case.after))).changes


def test_cases_are_of_all_verdicts() -> None:
    said = {
        verdict for case in CASES for _, verdicts in case.found.values() for verdict in verdicts
    }
    assert said == {verdict.value for verdict in Verdict}


def test_every_object_of_the_world_is_tried() -> None:
    tried = {name for case in CASES for name in case.found}
    assert {named(each) for each in world().values()} <= tried


def test_the_page_tells_what_is_counted() -> None:
    assert accuracy.PAGE.read_text() == accuracy.page(), "run python -m tests.changes.accuracy"
