"""What holds of any change: how it is written says nothing, and backwards it does the reverse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from constructs_lib.changes import Changes, Deploys, Verdict, changes
from constructs_lib.changes.amounts import Amount
from constructs_lib.changes.decoding import decoded
from constructs_lib.changes.defaults import filled_in
from constructs_lib.changes.types import Type, fields_of, type_of_object
from constructs_lib.manifests.files import read
from tests.changes.cases import Case, Object, cases, world
from tests.changes.mutations import samples

DIST = [dict(each) for each in read(Path(__file__).parents[2] / "dist")]
CASES = cases()
# What a change opens that way round, it closes the other way round.
REVERSED = {
    ("connections", Verdict.EXPOSES): ("connections", Verdict.CUTS_OFF),
    ("rights-gained", Verdict.ESCALATES): ("rights-lost", Verdict.CUTS_OFF),
    ("door-opened", Verdict.EXPOSES): ("door-closed", Verdict.CUTS_OFF),
    ("sources", Verdict.EXPOSES): ("sources", Verdict.CUTS_OFF),
}
# Names and labels of the cases, each with another of its own; none is a word of Kubernetes.
OTHERS = {
    "agent": "scout",
    "app": "flat",
    "files": "papers",
    "quick": "swift",
    "shop": "mart",
    "store": "silo",
}


def shuffled(node: Any, random: Random) -> Any:  # noqa: ANN401 - whatever YAML holds
    """Return the same with the keys of maps in another order."""
    if isinstance(node, dict):
        keys = list(node)
        random.shuffle(keys)
        return {key: shuffled(node[key], random) for key in keys}
    return [shuffled(each, random) for each in node] if isinstance(node, list) else node


def respelled(node: Any, kind: Type) -> Any:  # noqa: ANN401
    """Return the same with quantities in other letters."""
    if kind.leaf == "quantity":
        return f"{Amount(node).value * 1000:f}m"
    if kind.is_list and kind.items:
        return [respelled(each, kind.items) for each in node]
    if isinstance(node, dict) and not kind.leaf:
        members = fields_of(kind.name) if kind.name else {}
        of = {name: kind.items or members[name] for name in node}
        return {name: respelled(each, of[name]) for name, each in node.items()}
    return node


def typed(manifests: list[Object]) -> Iterator[tuple[Object, Type]]:
    for manifest in manifests:
        kind = type_of_object(manifest)
        if kind is not None:
            yield manifest, kind


def renamed(node: Any) -> Any:  # noqa: ANN401
    """Return the same with other names and labels."""
    if isinstance(node, dict):
        return {renamed(key): renamed(each) for key, each in node.items()}
    if isinstance(node, list):
        return [renamed(each) for each in node]
    if isinstance(node, str):
        return re.sub(
            rf"\b({'|'.join(OTHERS)})\b(?!\.kubernetes)", lambda match: OTHERS[match[0]], node
        )
    return node


def verdicts(found: Changes) -> Counter[tuple[str, ...]]:
    return Counter(
        (each.kind, each.outcome.value, finding.verdict.value, finding.rule)
        for each in found.changes
        for finding in each.findings
    )


def nothing_changes(before: list[Object], after: list[Object]) -> bool:
    return [each.object for each in changes(before, after).changes] == []


@pytest.mark.parametrize("manifests", [DIST, list(world().values())], ids=["dist", "world"])
def test_the_same_is_no_change(manifests: list[Object]) -> None:
    assert nothing_changes(manifests, manifests)


@pytest.mark.parametrize("manifests", [DIST, list(world().values())], ids=["dist", "world"])
def test_the_order_of_keys_is_no_change(manifests: list[Object]) -> None:
    random = Random(1)  # noqa: S311 - nothing is secret
    assert nothing_changes(manifests, shuffled(manifests, random))


@pytest.mark.parametrize(
    "manifests", [DIST, list(world().values()), samples()], ids=["dist", "world", "samples"]
)
def test_quantities_in_other_letters_are_no_change(manifests: list[Object]) -> None:
    before = [manifest for manifest, _ in typed(manifests)]
    after = [respelled(manifest, kind) for manifest, kind in typed(manifests)]
    assert after != before
    assert nothing_changes(before, after)


@pytest.mark.parametrize(
    "manifests", [DIST, list(world().values()), samples()], ids=["dist", "world", "samples"]
)
def test_defaults_that_are_written_are_no_change(manifests: list[Object]) -> None:
    before = [manifest for manifest, _ in typed(manifests)]
    after = [filled_in(decoded(manifest, kind), kind) for manifest, kind in typed(manifests)]
    assert after != before
    assert nothing_changes(before, after)


def opened(found: Changes) -> Iterator[tuple[str, str, str]]:
    yield from (
        (each.object, finding.rule, said(finding.why))
        for each in found.changes
        for finding in each.findings
        if (finding.rule, finding.verdict) in REVERSED
    )


def closed(found: Changes) -> Iterator[tuple[str, str, str]]:
    back = {closing: opening for (opening, _), closing in REVERSED.items()}
    yield from (
        (each.object, back[finding.rule, finding.verdict], said(finding.why))
        for each in found.changes
        for finding in each.findings
        if (finding.rule, finding.verdict) in back
    )


def said(why: str) -> str:
    """Return what opens or closes, without the words that tell which, in one order."""
    for words in ("now allowed: ", "no longer allowed: ", " may no longer", " may", " is closed"):
        why = why.replace(words, "")
    why = re.sub(r" is a new door.*|: its address is given back.*| lets in .*", "", why)
    # What a right is good for is told of whoever gains it.
    why = re.sub(r": (reads|starts|runs|is an) .*", "", why)
    return ", ".join(sorted(why.split(", ")))


@pytest.mark.parametrize("case", CASES, ids=[case.says for case in CASES])
def test_backwards_it_closes_what_it_opens(case: Case) -> None:
    there = changes(case.before, case.after, deploys=Deploys.GITOPS)
    back = changes(case.after, case.before, deploys=Deploys.GITOPS)
    told = {
        finding.verdict for each in (*there.changes, *back.changes) for finding in each.findings
    }
    if told & {Verdict.REFUSED, Verdict.IGNORED}:
        return  # what is not done opens and closes nothing
    if "asks for no ports of nodes" in case.says:
        return  # it keeps those that it has, and would get some anew
    assert sorted(opened(there)) == sorted(closed(back))
    assert sorted(closed(there)) == sorted(opened(back))


NAMED = [case for case in CASES if renamed(case.before) != case.before]


@pytest.mark.parametrize("case", NAMED, ids=[case.says for case in NAMED])
def test_other_names_make_no_other_verdicts(case: Case) -> None:
    before, after = renamed(case.before), renamed(case.after)
    deploys = Deploys(case.deploys)
    found = verdicts(changes(before, after, deploys=deploys))
    assert found == verdicts(changes(case.before, case.after, deploys=deploys))


def invalid(found: Changes) -> set[tuple[str, str]]:
    return {
        (each.object, finding.why)
        for each in found.changes
        for finding in each.findings
        if (finding.verdict, finding.rule) == (Verdict.REFUSED, "invalid")
    }


INVALID = [case for case in CASES if any(kind == "refused" for kind, _ in case.found.values())]


@pytest.mark.parametrize("case", INVALID, ids=[case.says for case in INVALID])
def test_what_may_not_become_so_may_not_be_made_so(case: Case) -> None:
    changed = invalid(changes(case.before, case.after, deploys=Deploys(case.deploys)))
    assert changed <= invalid(changes([], case.after, deploys=Deploys(case.deploys)))
