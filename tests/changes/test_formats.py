"""Each format says the same, in the words of whoever reads it."""

from __future__ import annotations

import json

import pytest
import yaml

from constructs_lib.changes import Changes, changes
from constructs_lib.changes.acceptance import Judgement, judgement
from constructs_lib.changes.annotations import github, gitlab
from constructs_lib.changes.json_format import as_json
from constructs_lib.changes.markdown import markdown
from constructs_lib.changes.report import Change
from constructs_lib.changes.text import text
from constructs_lib.changes.trees import Place
from constructs_lib.changes.verdicts import Verdict
from tests.changes.cases import patched, world

SHOP = world()["Deployment shop"]
TEAM = {
    "spec": {
        "selector": {"matchLabels": {"team": "a"}},
        "template": {"metadata": {"labels": {"team": "a"}}},
    }
}
NAMED = ("Deployment shop", "DaemonSet agent", "CronJob backup", "Service public")


@pytest.fixture
def judged() -> Judgement:
    """Return a Deployment that is refused, a DaemonSet that restarts, and two that vanish."""
    before = [world()[name] for name in NAMED]
    agent = patched(
        world()["DaemonSet agent"], {"spec": {"template": {"metadata": {"labels": {"a": "b"}}}}}
    )
    found = changes(before, [patched(SHOP, TEAM), agent])
    placed = tuple(each._replace(place=Place("dist/a,b.yaml", 7)) for each in found.changes)
    return judgement(found._replace(changes=placed), Verdict.CUTS_OFF, ["nonsense 100%"])


def test_what_is_left_to_accept_is_an_error_on_github(judged: Judgement) -> None:
    lines = github(judged).splitlines()
    assert lines[0].startswith(
        "::error file=dist/a%2Cb.yaml,line=7,title=refused%3A Deployment app/shop::"
    )
    assert [line.partition(" ")[0] for line in lines] == [
        *("::error", "::warning", "::warning", "::notice", "::error"),
    ]
    assert "nonsense 100%25" in lines[-1]


def test_gitlab_tells_severities(judged: Judgement) -> None:
    entries = json.loads(gitlab(judged))
    assert [each["severity"] for each in entries] == ["critical", "minor", "minor", "info"]
    assert entries[0]["location"] == {"path": "dist/a,b.yaml", "lines": {"begin": 7}}
    assert len({each["fingerprint"] for each in entries}) == len(entries)


def test_markdown_folds_what_needs_no_attention(judged: Judgement) -> None:
    said = markdown(judged)
    first, _, rest = said.partition("<details>")
    assert "| **refused** | Deployment app/shop" in first
    assert "| **restarts** | DaemonSet app/agent" in rest
    # A pipe or a bracket of an object ends no cell.
    assert all(
        line.replace("\\|", "").count("|") == 4 for line in said.splitlines() if line[:1] == "|"
    )


def test_json_is_stable_and_whole(judged: Judgement) -> None:
    document = json.loads(as_json(judged))
    assert (document["version"], document["worst"], document["passes"]) == (1, "refused", False)
    assert document["counts"] == {"refused": 1, "left-behind": 2, "restarts": 1}
    first = document["objects"][0]
    assert (first["outcome"], first["verdicts"][0]["rule"]) == (
        "refused",
        "immutable/spec.selector",
    )
    assert as_json(judged) == as_json(judged)


def test_several_that_stay_are_one_block(judged: Judgement) -> None:
    said = text(judged)
    assert "left-behind   2 objects live on, and are in no file any more" in said
    assert "CronJob app/backup: it goes on running" in said


def test_colors_only_repeat_words(judged: Judgement) -> None:
    colored = text(judged, color=True)
    assert "\x1b[31;1m refused" in colored
    for code in ("\x1b[31;1m", "\x1b[33m", "\x1b[36m", "\x1b[0m"):
        colored = colored.replace(code, "")
    assert colored == text(judged)


def test_many_names_are_folded() -> None:
    shops = [patched(SHOP, {"metadata": {"name": f"shop-{number}"}}) for number in range(9)]
    labelled = [patched(each, {"metadata": {"labels": {"a": "b"}}}) for each in shops]
    said = text(judgement(changes(shops, labelled), Verdict.CUTS_OFF, []))
    assert "app/shop-5 and 3 more" in said


def test_what_is_accepted_needs_no_more() -> None:
    found: Changes = changes([SHOP], [patched(SHOP, TEAM)])
    change: Change = found.changes[0]
    value = f"refused {change.object} {change.digest(Verdict.REFUSED)} -- moved by hand"
    assert judgement(found, Verdict.CUTS_OFF, [value]).passes
    assert not judgement(found, Verdict.CUTS_OFF, []).passes
    assert judgement(found, None, []).passes


def test_a_value_prints_and_counts() -> None:
    found = changes([SHOP], [patched(SHOP, TEAM)])
    assert [each.object for each in found.at_least(Verdict.REFUSED)] == ["Deployment app/shop"]
    assert found.at_least(Verdict.LOSES_DATA) == []
    assert (found.worst, found.counts()) == (Verdict.REFUSED, {Verdict.REFUSED: 1})
    assert changes([SHOP], [SHOP]).worst is Verdict.HARMLESS
    assert yaml.safe_dump(found.changes[0].object)


def test_what_follows_a_rename_is_counted_with_it() -> None:
    shop, page = world()["Deployment shop"], world()["ConfigMap shop-settings"]
    before = [shop, patched(page, {"data": {"host": "shop.app", "mode": "fast"}})]
    after = [
        patched(shop, {"metadata": {"name": "mart"}}),
        patched(page, {"data": {"host": "mart.app", "mode": "fast"}}),
    ]
    found = changes(before, after)
    assert found.follows == {"ConfigMap app/shop-settings": ("shop", "mart")}
    said = text(judgement(found, None, []))
    assert "shop → mart     1 object renamed, 1 follow" in said
    document = json.loads(as_json(judgement(found, None, [])))
    assert document["follows"] == [
        {"object": "ConfigMap app/shop-settings", "from": "shop", "to": "mart"}
    ]
