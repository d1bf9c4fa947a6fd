"""What whoever sees the processes of a machine is told by them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessList:
    """What the processes told that began while it was written.

    Args:
        commands: their programs with the arguments.
        variables: theirs, as ``NAME=value``.
    """

    commands: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)

    def telling(self, secret: str) -> set[str]:
        """Return the commands, and the names of the variables, in which a secret is."""
        return {each for each in self.commands if secret in each} | {
            each.partition("=")[0] for each in self.variables if secret in each
        }


@contextmanager
def process_list() -> Iterator[ProcessList]:
    """Write down what processes tell that begin in the block, from a hundredth of a second on."""
    found, before, ended = ProcessList(), set(_processes()), threading.Event()
    watching = threading.Thread(target=_watch, args=(found, before, ended))
    watching.start()
    try:
        yield found
    finally:
        ended.set()
        watching.join()


def _processes() -> Iterator[Path]:
    return Path("/proc").glob("[0-9]*")


def _watch(found: ProcessList, before: set[Path], ended: threading.Event) -> None:
    seen = set()
    while not ended.is_set():
        for process in set(_processes()) - before:
            # A process becomes another program.
            if (now := (process, command := _words(process / "cmdline"))) not in seen:
                seen.add(now)
                found.commands.add(" ".join(command).strip())
                found.variables.update(_words(process / "environ"))
        time.sleep(0.01)


def _words(file: Path) -> tuple[str, ...]:
    """Return what a file of a process says; nothing once the process has ended."""
    try:
        return tuple(file.read_bytes().decode("latin-1").split("\0"))
    except OSError:
        return ()
