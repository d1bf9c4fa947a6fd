"""Writes changes for a person: the worst first, a block a matter, readable without color."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from constructs_lib.changes.acceptance import Judgement, trailer
from constructs_lib.changes.differences import shown
from constructs_lib.changes.renames import Way
from constructs_lib.changes.report import Change, Changes
from constructs_lib.changes.verdicts import Certainty, Deploys, FieldChange, Finding, Verdict
from constructs_lib.changes.versions import VERSIONS

_LEFT = 15
_MOST_FIELDS = 4
_MOST_NAMES = 6
_DELETE = "the same command with --format left-behind, piped to kubectl delete -f -"
_COLORS = {
    **dict.fromkeys((Verdict.LOSES_DATA, Verdict.REFUSED), "31;1"),
    **dict.fromkeys((Verdict.ESCALATES, Verdict.EXPOSES, Verdict.CUTS_OFF), "31"),
    **dict.fromkeys((Verdict.WEAKENS, Verdict.DELETES, Verdict.LEFT_BEHIND), "33"),
    **dict.fromkeys((Verdict.IGNORED, Verdict.UNKNOWN, Verdict.RESTARTS), "36"),
}
HOW = {
    Deploys.APPLY: "kubectl apply",
    Deploys.SERVER_SIDE: "kubectl apply --server-side",
    Deploys.PRUNE: "kubectl apply --prune",
    Deploys.GITOPS: "GitOps with pruning",
}


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
        lines += _written(block, width, color=color, fields=fields)
    lines += [f" {line}" for line in footer(judgement)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def told(found: Changes, *, width: int = 100) -> str:
    """Return what is said of the objects alone."""
    lines = [line for block in blocks(found) for line in _written(block, width)]
    return "\n".join(line.rstrip() for line in lines).rstrip()


def header(found: Changes) -> str:
    """Return what was compared, and on which assumption."""
    count = len(found.changes)
    changed = "nothing changes" if not count else f"{count} change{'s' if count == 1 else ''}"
    objects = f"{found.total} object{'' if found.total == 1 else 's'}"
    how = HOW[found.deploys] + (f", {found.versions}" if found.versions != VERSIONS else "")
    return f"{found.before} → {found.after}     {objects}, {changed}     {how}"


def renamed(found: Changes) -> Iterator[str]:
    """Yield a line for each pair of words by which objects got other names."""
    chosen = [each for each in found.renames if each.way is not Way.NEXT_VERSION]
    chosen.sort(key=lambda each: (each.way.value, each.words))
    follow = Counter(found.follows.values())
    for (way, words), group in groupby(chosen, key=lambda each: (each.way, each.words)):
        count = len(list(group))
        objects = f"{count} object{'s' if count > 1 else ''} {way.value}"
        more = follow.pop(words, 0)
        yield f"{words[0]} → {words[1]}     {objects}" + (f", {more} follow" if more else "")
    versions = [each for each in found.renames if each.way is Way.NEXT_VERSION]
    for each in versions:
        yield f"{each.gone} → {each.new.name}     next version"


def blocks(found: Changes) -> Iterator[Block]:
    """Yield changes that have the same to say in one block."""
    grouped: dict[object, list[Change]] = {}
    for change in found.changes:
        same: object = tuple((each.verdict, each.why, each.certainty) for each in change.findings)
        if change.verdict is Verdict.LEFT_BEHIND:
            same = Verdict.LEFT_BEHIND
        elif change.verdict > Verdict.RESTARTS:
            same = change.object
        grouped.setdefault(same, []).append(change)
    for members in grouped.values():
        yield Block(members)


class Block:
    """Changes that are shown together.

    Args:
        members: which have the same findings, or are all left behind.
    """

    def __init__(self, members: Sequence[Change]) -> None:
        self.members = members
        self.verdict = members[0].verdict
        self.is_of_one = len(members) == 1

    @property
    def subject(self) -> str:
        """The names of the objects, folded if there are many."""
        if self.verdict is Verdict.LEFT_BEHIND and not self.is_of_one:
            return f"{len(self.members)} objects live on, and are in no file any more"
        return named(self.members)

    @property
    def place(self) -> str:
        """What makes the one object, or else where it is written; empty for several."""
        if not self.is_of_one:
            return ""
        origin, place = self.members[0].origin, self.members[0].place
        return str(origin or place or "")

    def sentences(self, *, fields: bool) -> Iterator[tuple[Verdict, list[str], str]]:
        """Yield, for each thing to say, its verdict, its sentences and what to do."""
        if self.verdict is Verdict.LEFT_BEHIND and not self.is_of_one:
            yield self.verdict, list(self._effects()), _DELETE
            return
        told: list[object] = []
        for finding in self.members[0].findings:
            said, remedy = [_why(finding)], ""
            if self.is_of_one and finding.fields not in told:
                said += _fields(finding, fields=fields)
            if self.is_of_one and finding.remedy not in told:
                remedy = finding.remedy
            told += [finding.fields, finding.remedy]
            yield finding.verdict, said, remedy

    def _effects(self) -> Iterator[str]:
        by_effect: dict[str, list[Change]] = {}
        for change in self.members:
            by_effect.setdefault(change.findings[0].why.partition(";")[0], []).append(change)
        for effect, changes in by_effect.items():
            yield f"{named(changes)}: {effect}"


def named(changes: Sequence[Change]) -> str:
    """Return the names of objects by kind, folded if there are many."""
    kinds: dict[str, list[str]] = {}
    for each in changes[:_MOST_NAMES]:
        kinds.setdefault(each.kind, []).append(each.object.removeprefix(f"{each.kind} "))
    more = len(changes) - _MOST_NAMES
    words = ", ".join(f"{kind} {', '.join(names)}" for kind, names in kinds.items())
    return words + (f" and {more} more" if more > 0 else "")


def _written(
    block: Block, width: int, *, color: bool = False, fields: bool = False
) -> Iterator[str]:
    room = width - _LEFT
    head, *rest = textwrap.wrap(block.subject, room)
    if len(head) + len(block.place) + 2 > room or rest:
        rest += [block.place] if block.place else []
    elif block.place:
        head = f"{head}{block.place.rjust(room - len(head))}"
    yield _word(block.verdict, color=color) + head
    yield from (" " * _LEFT + line for line in rest)
    last = block.verdict
    for verdict, sentences, remedy in block.sentences(fields=fields):
        lines = [line for sentence in sentences for line in textwrap.wrap(sentence, room)]
        if verdict is not last:
            yield _word(verdict, color=color) + lines.pop(0)
            last = verdict
        yield from (" " * _LEFT + line for line in lines)
        if remedy:
            arrow = f"{' ' * (_LEFT - 2)}→ {remedy}"
            yield from textwrap.wrap(arrow, width, subsequent_indent=" " * _LEFT)
    yield ""


def _word(verdict: Verdict, *, color: bool) -> str:
    word = f" {verdict.value}".ljust(_LEFT)
    code = _COLORS.get(verdict)
    return f"\x1b[{code}m{word}\x1b[0m" if color and code else word


def _why(finding: Finding) -> str:
    certain = finding.certainty is Certainty.CERTAIN
    return finding.why if certain else f"{finding.why} ({finding.certainty.value})"


def _fields(finding: Finding, *, fields: bool) -> Iterator[str]:
    told = finding.fields if fields else finding.fields[:_MOST_FIELDS]
    yield from map(field_line, told)
    more = len(finding.fields) - len(told)
    if more:
        yield f"and {more} more field{'s' if more > 1 else ''}"


def field_line(change: FieldChange) -> str:
    """Return a field with its values."""
    before, after = change.before, change.after
    if before is None and after is None:
        return change.path
    if all(isinstance(each, str) and "\n" in each for each in (before, after)):
        matcher = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
        same = sum(block.size for block in matcher.get_matching_blocks())
        most = max(len(before.splitlines()), len(after.splitlines()))
        return f"{change.path}  {most - same} of {most} lines"
    return f"{change.path}  {shown(before)} → {shown(after)}"


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
