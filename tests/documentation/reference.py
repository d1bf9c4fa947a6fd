"""The reference of all public names, made from their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import constructs_lib

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference.md"

_INTRODUCTION = """\
# Reference

Made by `make snapshots` from the docstrings; do not edit.
All names are imported from `constructs_lib`.
"""


_ENTRY = re.compile(r" {4}(\S+?): (.*)")


def reference() -> str:
    """Return the page."""
    parts = [_INTRODUCTION]
    for name in constructs_lib.__all__:
        value = getattr(constructs_lib, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            parts.append("\n".join([f"## {name}", "", *_described(name, value)]))
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _described(name: str, value: type | object) -> Iterator[str]:
    for line in (inspect.getdoc(value) or "").split("\n"):
        entry = _ENTRY.fullmatch(line)
        if line in {"Args:", "Raises:"}:
            yield f"**{line}**"
            yield ""
        else:
            yield f"- `{entry[1]}`: {entry[2]}" if entry else line.replace("        ", "  ", 1)
    yield ""
    if inspect.isclass(value) and issubclass(value, Enum):
        yield from (f"- `{name}.{member.name}`: `{member.value}`" for member in value)
    elif not getattr(value, "_is_protocol", False):
        yield "```text"
        yield f"{name}("
        yield from (f"    {argument}," for argument in _arguments(value))
        yield ")"
        yield "```"


def _arguments(value: object) -> Iterator[str]:
    called = value.__init__ if inspect.isclass(value) else value
    assert callable(called)
    for parameter in inspect.signature(called).parameters.values():
        if parameter.name == "self":
            continue
        text = str(parameter.replace(annotation=inspect.Parameter.empty))
        annotation = parameter.annotation
        default = text.partition("=")[2]
        shown = f"{parameter.name}: {annotation}"
        yield f"{shown} = {_default(default)}" if default else shown


def _default(text: str) -> str:
    if "factory" in text:
        return "(made anew)"
    name, bracket, _ = text.partition("(")
    return text if len(text) < 60 or not bracket else f"{name}(…)"


if __name__ == "__main__":
    PAGE.write_text(reference())
