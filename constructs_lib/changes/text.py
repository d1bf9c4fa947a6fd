"""Writes changes for a person: the worst first, a block a matter, readable without color."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from constructs_lib.changes.acceptance import Judgement, trailer
from constructs_lib.changes.differences import shown
from constructs_lib.changes.renames import Way
from constructs_lib.changes.report import Change, Changes
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict

_LEFT = 15
_MOST_FIELDS = 4
_MOST_NAMES = 6
_COLORS = {
    **dict.fromkeys((Verdict.LOSES_DATA, Verdict.REFUSED), "31;1"),
    **dict.fromkeys((Verdict.ESCALATES, Verdict.EXPOSES, Verdict.CUTS_OFF), "31"),
    **dict.fromkeys((Verdict.WEAKENS, Verdict.DELETES, Verdict.LEFT_BEHIND), "33"),
    **dict.fromkeys((Verdict.IGNORED, Verdict.UNKNOWN, Verdict.RESTARTS), "36"),
}
HOW = {"apply": "kubectl apply", "prune": "kubectl apply --prune", "gitops": "GitOps with pruning"}


def text(
    judgement: Judgement, *, width: int = 120, color: bool = False, fields: bool = False
) -> str:
    """Return the report.

    Args:
        judgement: the changes, and which of them are accepted.
        width: columns.
        color: whether to color the verdicts; they are words all the same.
        fields: whether to list all fields of each finding.
    """
    found = judgement.changes
    lines = [f" {header(found)}", ""]
    for rename in renamed(found):
        lines += [f"   {rename}"]
    if found.renames:
        lines.append("")
    for block in blocks(found):
        lines += _block(block, width, color=color, fields=fields)
    lines += [f" {line}" for line in footer(judgement)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def header(found: Changes) -> str:
    """Return what was compared, and on which assumption."""
    count = len(found.changes)
    changed = "nothing changes" if not count else f"{count} change{'s' if count == 1 else ''}"
    return (
        f"{found.before} → {found.after}     {found.total} objects, {changed}     "
        + HOW[found.deploys.value]
    )


def renamed(found: Changes) -> Iterator[str]:
    """Yield a line for each pair of words by which objects got other names."""
    chosen = [each for each in found.renames if each.way is not Way.NEXT_VERSION]
    chosen.sort(key=lambda each: (each.way.value, each.words))
    for (way, words), group in groupby(chosen, key=lambda each: (each.way, each.words)):
        members = list(group)
        objects = f"{len(members)} object{'s' if len(members) > 1 else ''}"
        yield f"{words[0]} → {words[1]}     {objects} {way.value}"
    versions = [each for each in found.renames if each.way is Way.NEXT_VERSION]
    for each in versions:
        yield f"{each.gone} → {each.new.name}     next version"


def blocks(found: Changes) -> Iterator[tuple[tuple[Change, ...], tuple[Finding, ...]]]:
    """Yield changes that have the same to say in one block."""
    grouped: dict[object, list[Change]] = {}
    for change in found.changes:
        same = tuple((each.verdict, each.why, each.certainty) for each in change.findings)
        alone = change.verdict > Verdict.LEFT_BEHIND
        key = (change.object, same) if alone else same
        grouped.setdefault(key, []).append(change)
    for members in grouped.values():
        yield tuple(members), members[0].findings


def _block(
    block: tuple[tuple[Change, ...], tuple[Finding, ...]],
    width: int,
    *,
    color: bool,
    fields: bool,
) -> Iterator[str]:
    members, findings = block
    verdict = members[0].verdict
    where = str_of_place(members[0]) if len(members) == 1 else ""
    names = subject(members)
    gap = " " * max(width - _LEFT - len(names) - len(where), 2) if where else ""
    head, *rest = textwrap.wrap(names, max(width - _LEFT, 40))
    if len(names) + len(where) + 2 > width - _LEFT:
        gap, rest = "", [*rest, where]
        where = ""
    yield _word(verdict, color=color) + head + gap + where
    yield from (" " * _LEFT + line for line in rest)
    for number, finding in enumerate(findings):
        said = list(_said(finding, len(members) == 1, fields=fields))
        if number and finding.verdict is not findings[number - 1].verdict:
            first, *said = said or [""]
            wrapped = textwrap.wrap(first, width - _LEFT) or [""]
            yield _word(finding.verdict, color=color) + wrapped[0]
            yield from (" " * _LEFT + line for line in wrapped[1:])
        for sentence in said:
            yield from textwrap.wrap(
                sentence, width, initial_indent=" " * _LEFT, subsequent_indent=" " * _LEFT
            )
        if finding.remedy and len(members) == 1:
            indent = " " * (_LEFT - 2)
            remedy = f"{indent}→ {finding.remedy}"
            yield from textwrap.wrap(remedy, width, subsequent_indent=" " * _LEFT)
    yield ""


def _word(verdict: Verdict, *, color: bool) -> str:
    word = f" {verdict.value}".ljust(_LEFT)
    code = _COLORS.get(verdict)
    return f"\x1b[{code}m{word}\x1b[0m" if color and code else word


def subject(members: Sequence[Change]) -> str:
    """Return the names of the objects of a block, folded if there are many."""
    names = [each.object for each in members]
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def str_of_place(change: Change) -> str:
    """Return where an object is written; empty if that is not known."""
    return f"{change.place.file}:{change.place.line}" if change.place else ""


def _said(finding: Finding, alone: bool, *, fields: bool) -> Iterator[str]:  # noqa: FBT001
    certainty = "" if finding.certainty is Certainty.CERTAIN else f" ({finding.certainty.value})"
    yield f"{finding.why}{certainty}"
    if alone:
        shown_fields = finding.fields if fields else finding.fields[:_MOST_FIELDS]
        yield from map(field_line, shown_fields)
        more = len(finding.fields) - len(shown_fields)
        if more:
            yield f"and {more} more field{'s' if more > 1 else ''}"


def field_line(change: FieldChange) -> str:
    """Return a field with its values."""
    if change.before is None and change.after is None:
        return change.path
    return f"{change.path}  {shown(change.before)} → {shown(change.after)}"


def footer(judgement: Judgement) -> Iterator[str]:
    """Yield what is left to accept, and the lines that would do it."""
    for each, accepted in judgement.accepted:
        yield f"✓ accepted: {accepted.verdict.value} {each.object} -- {accepted.reason}"
    for problem in judgement.problems:
        yield f"✗ {problem}"
    if not judgement.open:
        yield "✓ nothing to accept"
        return
    yield f"✗ {len(judgement.open)} to accept, in a commit message:"
    for change, verdict in judgement.open:
        yield f"  {trailer(change, verdict)}"
