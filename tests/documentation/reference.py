"""The reference of all public names, made from their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType, UnionType
from typing import get_args

import constructs_lib
from constructs_lib.signatures import written

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
# In the order in which somebody meets them; what is in no room of its own comes last.
ROOMS = (
    "tiers",
    "postgres",
    "valkey",
    "observability",
    "security",
    "operations",
    "traffic",
    "rollouts",
    "runtimes",
    "pods",
    "facts",
    "changes",
    "testing",
    "constructs_lib",
)

_MADE = "Made by `make snapshots` from the docstrings; do not edit."
_IMPORTS = """\
What a program of a page or two needs is imported from `constructs_lib`, all else from its room:
`from constructs_lib.traffic import Retry`."""
_SECTIONS = {"Args:", "Attributes:", "Raises:"}
_ENTRY = re.compile(r" {4}(\S+?): (.*)")
_PARAGRAPH_END = re.compile(r"\n\n|\n?\Z")


def pages() -> dict[Path, str]:
    """Return the text of each page: one for each room, and their index."""
    names = {name: (room, getattr(_package(room), name)) for room in ROOMS for name in _names(room)}
    texts = {FOLDER / "README.md": _index(names)}
    for room in ROOMS:
        parts = [f"# {_package(room).__name__}", _MADE, inspect.getdoc(_package(room)) or ""]
        parts += _imported(room)
        for name, (place, value) in names.items():
            if place == room:
                parts.append("\n".join([f"## {name}", "", *_described(name, value)]))
        text = "\n\n".join(part.rstrip("\n") for part in parts) + "\n"
        texts[FOLDER / f"{room}.md"] = _linked(text, room, names)
    return texts


def write() -> None:
    """Write the pages, and remove what was there."""
    for page in FOLDER.glob("*.md"):
        page.unlink()
    FOLDER.mkdir(exist_ok=True)
    for page, text in pages().items():
        page.write_text(text)


def _names(room: str) -> list[str]:
    """Return the names that a room is known by; the package has those that are in no room."""
    own: Sequence[str] = getattr(_package(room), "__all__", ())
    of_rooms = {name for each in ROOMS[:-1] for name in _names(each)} if room == ROOMS[-1] else ()
    return [name for name in sorted(own) if name not in of_rooms]


def _imported(room: str) -> Iterator[str]:
    names = _names(room)
    if names:
        yield f"To be imported from `{_package(room).__name__}`."
    if room != ROOMS[-1] and (top := [name for name in names if name in dir(constructs_lib)]):
        yield f"Also from `constructs_lib` itself: {', '.join(f'`{name}`' for name in top)}."


def _package(room: str) -> ModuleType:
    return import_module("constructs_lib" if room == "constructs_lib" else f"constructs_lib.{room}")


def _index(names: Mapping[str, tuple[str, object]]) -> str:
    parts = [
        "# Reference",
        _MADE,
        _IMPORTS,
    ]
    for room in ROOMS:
        rows = [
            f"| {_link(name, room)} | {_summary(value)} |"
            for name, (place, value) in names.items()
            if place == room
        ]
        parts += [
            f"## [{_package(room).__name__}]({room}.md)",
            _first_paragraph(_package(room)),
            "\n".join(["| name | what it is |", "|---|---|", *rows]),
        ]
    return "\n\n".join(parts) + "\n"


def _summary(value: object) -> str:
    if isinstance(value, UnionType):
        return f"{' or '.join(f'`{each.__name__}`' for each in get_args(value))}."
    if inspect.isclass(value) or inspect.isfunction(value):
        return _first_paragraph(value)
    # The docstring of a constant is that of its class.
    return f"A `{type(value).__name__}`."


def _linked(text: str, room: str, names: Mapping[str, tuple[str, object]]) -> str:
    def link(match: re.Match[str]) -> str:
        name = match[1]
        if name not in names:
            return match[0]
        return _link(name, "" if names[name][0] == room else names[name][0])

    # Nothing in blocks of code stands between backquotes.
    return re.sub(r"(?<!`)`(\w+)`(?!`)", link, text)


def _link(name: str, room: str) -> str:
    return f"[`{name}`]({room and f'{room}.md'}#{name.lower()})"


def _described(name: str, value: object) -> Iterator[str]:
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        yield from ("```text", _plain(written(value)), "```")
        return
    yield from _docstring(value)
    yield ""
    if inspect.isclass(value) and issubclass(value, Enum):
        yield from (f'- `{name}.{member.name}`: `"{member.value}"`' for member in value)
    elif not getattr(value, "_is_protocol", False):
        yield from ("```text", f"{name}(")
        yield from (f"    {argument}," for argument in _arguments(value))
        yield from (f"){_returned(value)}", "```")
    if inspect.isclass(value):
        yield from _members(value)


def _docstring(value: object) -> Iterator[str]:
    for line in (inspect.getdoc(value) or "").split("\n"):
        entry = _ENTRY.fullmatch(line)
        if line in _SECTIONS:
            yield from (f"**{line}**", "")
        elif entry:
            yield f"- `{entry[1]}`: {entry[2]}"
        else:
            yield line.replace("        ", "  ", 1)


def _members(owner: type) -> Iterator[str]:
    described = [
        f"- `.{name}{_call(member)}`: {_first_paragraph(member)}"
        for part in owner.__mro__
        if part.__module__.startswith("constructs_lib.")
        for name, member in vars(part).items()
        if not name.startswith("_") and isinstance(member, property | classmethod | type(_members))
    ]
    if described:
        yield from ("", "**Members:**", "", *described)


def _call(member: object) -> str:
    if isinstance(member, property):
        return ""
    function = member.__func__ if isinstance(member, classmethod) else member
    assert inspect.isfunction(function)
    return f"({', '.join(list(inspect.signature(function).parameters)[1:])})"


def _first_paragraph(member: object) -> str:
    text = inspect.getdoc(member) or ""
    return " ".join(_PARAGRAPH_END.split(text, maxsplit=1)[0].split())


def _arguments(value: object) -> Iterator[str]:
    assert callable(value)
    for parameter in inspect.signature(value).parameters.values():
        annotation = parameter.annotation
        shown = f"{parameter.name}: {getattr(annotation, '__forward_arg__', annotation)}"
        if parameter.default is inspect.Parameter.empty:
            yield shown
        else:
            yield f"{shown} = {_plain(written(parameter.default))}"


def _returned(value: object) -> str:
    return f" -> {inspect.get_annotations(value)['return']}" if inspect.isfunction(value) else ""


def _plain(text: str) -> str:
    # A member of an enumeration as it is written, and a type by its name alone.
    text = re.sub(r"<(\w+\.\w+): [^>]*>", r"\1", text)
    return re.sub(r"constructs_lib\.[\w.]+\.(\w+)", r"\1", text)


if __name__ == "__main__":
    write()
