"""The pages of runbooks, and what is written into them for a platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from constructs_lib.runbooks.subjects import Subject

_PLACE = re.compile(r"@([a-z-]+)(\.namespace)?@")
_SPAN = re.compile(r"`[^`]*`")
_EMPTY_BLOCK = re.compile(r"```\w+\n```\n\n?")
_LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)", re.DOTALL)
_FOR = re.compile(r"^For: .*\n", re.MULTILINE)


@cache
def templates() -> Mapping[str, str]:
    """Return the pages by name, with ``@database@`` and the like for what they are about."""
    folder = files(__name__.rpartition(".")[0]) / "pages"
    return {
        file.name.removesuffix(".md"): file.read_text()
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
    }


def filled(page: str, subjects: Mapping[str, Sequence[Subject]]) -> str:
    """Return a page with the names of a platform.

    A line of a block of code is written once for each that it is about, and is left out where
    there is none. In a sentence the names of all stand side by side, or ``<database>`` for none.
    """
    in_block, lines = False, []
    for line in page.splitlines():
        fence = line.lstrip().startswith("```")
        in_block ^= fence
        if in_block and not fence:
            lines += _variants(line, subjects)
        else:
            lines.append(_SPAN.sub(lambda span: _beside(span[0], subjects), line))
    return _EMPTY_BLOCK.sub("", "\n".join(lines) + "\n")


def naming(page: str, alerts: Iterable[str]) -> str:
    """Return a page that names the alerts that lead to it, below who it is for."""
    named = "Alerts: " + ", ".join(f"`{alert}`" for alert in alerts)
    return _FOR.sub(lambda line: f"{line[0]}\n{named}\n", page, count=1)


def standing_alone(page: str) -> str:
    """Return a page that says where other pages are instead of a link."""
    return _LINK.sub(_elsewhere, page)


def next_pages(page: str) -> set[str]:
    """Return the names of the runbooks that a page leads to."""
    return {link.removesuffix(".md") for _, link in _LINK.findall(page) if "/" not in link}


def _elsewhere(link: re.Match[str]) -> str:
    text, target = link[1], link[2]
    if "/" not in target:
        return link[0]
    return f"{text} (`{target.replace('..', 'docs', 1)}` of constructs_lib)"


def _variants(line: str, subjects: Mapping[str, Sequence[Subject]]) -> list[str]:
    words = {match[1] for match in _PLACE.finditer(line)}
    if not words:
        return [line]
    (word,) = words  # a line is about one
    lines = (
        line.replace(f"@{word}@", subject.name).replace(f"@{word}.namespace@", subject.namespace)
        for subject in subjects.get(word, ())
    )
    return list(dict.fromkeys(lines))


def _beside(span: str, subjects: Mapping[str, Sequence[Subject]]) -> str:
    return ", ".join(_variants(span, subjects)) or _PLACE.sub(r"<\1>", span)
