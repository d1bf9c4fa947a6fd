"""The commands of the pages, run as they are written by the persona whom the page names."""

from __future__ import annotations

import shlex

from environments import DEV
from tests.cluster.kubectl import kubectl
from tests.cluster.platform import BUILD
from tests.documentation.pages import ROOT, code

_GROUPS = {
    "viewer": DEV.groups.viewers,
    "developer": DEV.groups.developers,
    "operator": DEV.groups.operators,
    "debugger": DEV.groups.on_call,
}


def follow(page: str, block: int) -> list[str]:
    """Run the commands of a block of a page, and return what they print.

    Args:
        page: its file, below `docs/how-to`.
        block: the number of the block among those with commands, from 0.
    """
    shown = [each for each in code(ROOT / "docs" / "how-to" / page) if each.language == "console"]
    chosen = shown[block]
    return [run_as(chosen.reader, line) for line in chosen.text.splitlines()]


def run_as(reader: str | None, line: str) -> str:
    """Run a command with kubectl; `dist/` is the folder of the suite."""
    return kubectl(*words_of(reader, line), patience=300)


def words_of(reader: str | None, line: str) -> tuple[str, ...]:
    """Return what kubectl is given, when this reader runs a command; what reads it does not run."""
    run_here, _, _ = line.partition(" | ")
    command, *words = shlex.split(run_here.replace("dist/", f"{BUILD}/"), comments=True)
    assert command == "kubectl", line
    # Before what runs in a pod.
    own = ("--as=somebody", f"--as-group={_GROUPS[reader]}") if reader in _GROUPS else ()
    return (*own, *words)
