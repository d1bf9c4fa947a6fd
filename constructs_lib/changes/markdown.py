"""Writes changes as Markdown: for a comment, or the summary of a job."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.acceptance import Judgement
from constructs_lib.changes.text import Block, blocks, footer, header, renamed
from constructs_lib.changes.verdicts import Verdict

# Below these, nobody has to read on.
_FOLDED = Verdict.IGNORED


def markdown(judgement: Judgement) -> str:
    """Return a table of what matters, and the rest folded below it."""
    found = judgement.changes
    lines = [f"**{_escaped(header(found))}**", ""]
    lines += [f"- {_escaped(line)}" for line in renamed(found)]
    told = list(blocks(found))
    first = [block for block in told if block.verdict >= _FOLDED]
    rest = [block for block in told if block.verdict < _FOLDED]
    if first:
        lines += ["", *_table(first)]
    if rest:
        count = sum(len(block.members) for block in rest)
        lines += ["", f"<details><summary>{count} more that need no attention</summary>", ""]
        lines += [*_table(rest), "", "</details>"]
    lines += ["", "```text", *footer(judgement), "```"]
    return "\n".join(lines) + "\n"


def _table(told: list[Block]) -> Iterator[str]:
    yield "| verdict | object | what and why |"
    yield "|---|---|---|"
    for block in told:
        said = []
        for verdict, sentences, remedy in block.sentences(fields=False):
            word = f"*{verdict.value}*: " if verdict is not block.verdict else ""
            said.append(word + "<br>".join(map(_escaped, sentences)))
            if remedy:
                said.append(f"→ {_escaped(remedy)}")
        place = f"<br>{_escaped(block.place)}" if block.place else ""
        subject = _escaped(block.subject)
        yield f"| **{block.verdict.value}** | {subject}{place} | {'<br>'.join(said)} |"


def _escaped(text: str) -> str:
    for character in "\\`*_[]<>|":
        text = text.replace(character, f"\\{character}")
    return text
