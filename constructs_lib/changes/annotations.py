"""Writes changes for the reviews of GitHub and GitLab, which show them beside the lines."""

from __future__ import annotations

import json
from collections.abc import Iterator

from constructs_lib.changes.acceptance import Judgement, trailer
from constructs_lib.changes.report import Change
from constructs_lib.changes.trees import Place
from constructs_lib.changes.verdicts import Outcome, Verdict

_NOTICES = frozenset({Verdict.RESTARTS, Verdict.LATER})
_SEVERITIES = {
    Verdict.LOSES_DATA: "blocker",
    Verdict.REFUSED: "critical",
    Verdict.ESCALATES: "critical",
    Verdict.EXPOSES: "major",
    Verdict.CUTS_OFF: "major",
    Verdict.WEAKENS: "minor",
    Verdict.DELETES: "minor",
    Verdict.LEFT_BEHIND: "minor",
    Verdict.IGNORED: "minor",
    Verdict.UNKNOWN: "minor",
}


def github(judgement: Judgement) -> str:
    """Return workflow commands: errors for what is left to accept, the worst first."""
    left = {(change.object, verdict) for change, verdict in judgement.open}
    lines = []
    for change, verdict, why in _told(judgement):
        level = "error" if (change.object, verdict) in left else "warning"
        accepts = f"\n{trailer(change, verdict)}" if level == "error" else ""
        if verdict in _NOTICES:
            level = "notice"
        properties = {"title": f"{verdict.value}: {change.object}"}
        place = _place(change)
        if place:
            properties = {"file": place.file, "line": str(place.line), **properties}
        written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        lines.append(f"::{level} {written}::{_data(why + accepts)}")
    lines += [f"::error title=acceptance::{_data(problem)}" for problem in judgement.problems]
    return "".join(f"{line}\n" for line in lines)


def gitlab(judgement: Judgement) -> str:
    """Return a report of code quality."""
    entries = [
        {
            "description": f"{verdict.value}: {change.object}: {why}",
            "check_name": verdict.value,
            "fingerprint": f"{change.digest(verdict)}-{verdict.value}-{change.object}",
            "severity": _SEVERITIES.get(verdict, "info"),
            "location": {"path": place.file, "lines": {"begin": place.line}},
        }
        for change, verdict, why in _told(judgement)
        for place in [_place(change) or Place("", 1)]
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def _place(change: Change) -> Place | None:
    """Return the line of the program or, where none is known or left, that of the manifest."""
    is_there = change.outcome not in {Outcome.LEFT_BEHIND, Outcome.DELETED}
    if change.origin and change.origin.file and is_there:
        return Place(change.origin.file, change.origin.line)
    return change.place


def _told(judgement: Judgement) -> Iterator[tuple[Change, Verdict, str]]:
    """Yield each verdict about an object with all its reasons."""
    for change in judgement.changes.changes:
        for verdict in dict.fromkeys(each.verdict for each in change.findings):
            whys = [each.why for each in change.findings if each.verdict is verdict]
            yield change, verdict, "; ".join(whys)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
