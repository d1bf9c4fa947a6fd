"""Where objects come from: constructs, and the lines of the program that make them.

They are told in ``constructs.txt`` beside the manifests, where no ``kubectl`` reads it::

    40-web/web  main.py:123
      Deployment app/web  Deployment-web

A construct that the program makes by itself has a line there, and below it its objects with the
rest of their path: a line more in the program changes few lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

FILE = "constructs.txt"
_HEAD = "# What makes the objects: constructs, with the lines of the program that make those.\n"


class Origin(NamedTuple):
    """What made an object.

    Args:
        construct: the path of the outermost construct, such as ``40-web/web``.
        inside: the path of the object in it.
        file: of the program that makes the construct; empty if it is not known.
        line: in the file, from 1.
    """

    construct: str
    inside: str
    file: str
    line: int

    @property
    def path(self) -> str:
        """The whole path of the object."""
        return "/".join(filter(None, (self.construct, self.inside)))

    @property
    def place(self) -> str:
        """File and line of the program; empty if they are not known."""
        return f"{self.file}:{self.line}" if self.file else ""

    def __str__(self) -> str:
        return f"{self.construct}  {self.place}".rstrip()


def text_of(origins: Iterable[tuple[str, Origin]]) -> str:
    """Return the text that tells what makes objects, such as ``Deployment app/web``."""
    text = _HEAD
    for construct, rows in groupby(sorted(origins, key=_sorted), key=lambda row: str(row[1])):
        text += f"\n{construct}\n"
        text += "".join(f"  {name}  {origin.inside}".rstrip() + "\n" for name, origin in rows)
    return text


def _sorted(row: tuple[str, Origin]) -> tuple[str, str, str]:
    name, origin = row
    return str(origin), origin.inside, name


def read_origins(text: str) -> Mapping[str, Origin]:
    """Return the origins of objects that a text tells of."""
    found: dict[str, Origin] = {}
    construct, file, number = "", "", ""
    for line in text.splitlines():
        first, _, second = line.strip().partition("  ")
        if line.startswith("  "):
            found[first] = Origin(construct, second, file, int(number or 0))
        elif line and not line.startswith("#"):
            construct, (file, _, number) = first, second.rpartition(":")
    return found
