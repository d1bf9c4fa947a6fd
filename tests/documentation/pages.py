"""The pages, and the blocks of code that they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = sorted(
    [
        README,
        *ROOT.glob("C*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("examples/*/README.md"),
    ]
)


def place(page: Path) -> str:
    """Return where a page is, from the root."""
    return str(page.relative_to(ROOT))


def blocks(language: str, page: Path) -> list[str]:
    """Return the blocks of a page that are in a language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


def run(folder: Path, *arguments: str | Path) -> None:
    """Run Python in a folder, as a reader would who has the library installed.

    That is a process of its own, since Node writes below the folder that it was started in.
    """
    subprocess.run(  # noqa: S603 - the interpreter and the programs are ours
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
