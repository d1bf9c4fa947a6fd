"""The pages, and the blocks of code that they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"
PAGES = sorted(
    [
        README,
        *ROOT.glob("C*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("examples/*/README.md"),
    ]
)

_MARK = re.compile(r"For: `(\w+)`")
_FENCE = re.compile(r"\s*```(\w*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A block of code.

    Args:
        language: what stands behind the opening fence.
        text: its lines.
        title: the text between it and the block before.
        reader: whom the last line ``For:`` above it names; nobody if there is none.
    """

    language: str
    text: str
    title: str
    reader: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A command of a page.

    Args:
        text: what is written.
        reader: whom it is for.
        page: where it stands.
    """

    text: str
    reader: str | None
    page: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text}"


def place(page: Path) -> str:
    """Return where a page is, from the root."""
    return str(page.relative_to(ROOT))


@cache
def code(page: Path) -> tuple[Block, ...]:
    """Return all blocks of a page."""
    return tuple(_blocks(page))


def blocks(language: str, page: Path) -> list[str]:
    """Return the blocks of a page that are in a language."""
    return [block.text for block in code(page) if block.language == language]


def in_pods(page: Path) -> list[str]:
    """Return the commands that a page shows for inside of a pod, by themselves or behind exec."""
    inside = [line for block in blocks("sh", page) for line in block.splitlines()]
    entered = [
        line.partition(" -- ") for text in blocks("console", page) for line in text.splitlines()
    ]
    return inside + [command for exec_, _, command in entered if exec_.startswith("kubectl exec ")]


def _blocks(page: Path) -> Iterator[Block]:
    reader, title, lines = None, "", iter(page.read_text().splitlines(keepends=True))
    for line in lines:
        if mark := _MARK.fullmatch(line.strip()):
            reader = mark[1]
        elif fence := _FENCE.match(line):
            text = "".join(takewhile(lambda inner: inner.strip() != "```", lines))
            yield Block(language=fence[1], text=text, title=title, reader=reader)
            title = ""
        else:
            title += line


def run(folder: Path, *arguments: str | Path) -> None:
    """Run Python in a folder, as a reader would who has the library installed.

    That is a process of its own, since Node writes below the folder that it was started in.
    """
    done = subprocess.run(  # noqa: S603 - the interpreter and the programs are ours
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise AssertionError(done.stdout.rstrip().rpartition("\n")[2])
