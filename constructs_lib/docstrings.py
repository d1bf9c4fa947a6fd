"""Docstrings of classes that have arguments of others: each is described once."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable

_SECTION = re.compile(r"^Args:\n((?:(?: .*)?\n)+?)(?=\S|\Z)", re.MULTILINE)
_ENTRY = re.compile(r"^    (\w+): .*\n(?:^     .*\n)*", re.MULTILINE)
_NEXT = re.compile(r"^(Attributes|Returns|Raises):\n", re.MULTILINE)


def with_arguments_of(other: str | None, own: str | None, *, order: Iterable[str]) -> str:
    """Return a docstring with the arguments that another one describes, unless it does itself.

    Args:
        other: the other docstring.
        own: with a section of the further arguments, or of those that are something else here.
        order: of all arguments.
    """
    text = inspect.cleandoc(own or "") + "\n"
    entries = _entries(inspect.cleandoc(other or "") + "\n") | _entries(text)
    if not entries:
        return text
    lines = [entries[name] for name in order if name in entries]
    section = f"Args:\n{''.join(lines)}\n"
    if _SECTION.search(text):
        return _SECTION.sub(lambda _: section, text, count=1)
    following = _NEXT.search(text)
    at = following.start() if following else len(text)
    return f"{text[:at].rstrip()}\n\n{section}{text[at:]}"


def _entries(text: str) -> dict[str, str]:
    section = _SECTION.search(text)
    return {each[1]: each[0] for each in _ENTRY.finditer(section[1])} if section else {}
