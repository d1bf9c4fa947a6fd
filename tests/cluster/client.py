"""The pod from which the platform is used, as from outside: through the proxy."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.cluster.kubectl import kubectl

_PROGRAMS = Path(__file__).with_name("clients")
_POD = ("-n", "client", "deploy/client")


@dataclass(kw_only=True, slots=True)
class Output:
    """What a program printed; it is there once its block has ended."""

    lines: list[str] = field(default_factory=list)


def in_client(*words: str, given: str | None = None) -> str:
    """Run a command there and return what it prints."""
    return kubectl("exec", "-i", *_POD, "--", *words, given=given, patience=180)


@contextmanager
def running(command: str, *, reads: str = "cat") -> Iterator[Output]:
    """Run a shell command there until the end of the block, which interrupts it.

    No stream leads to it, so that it goes on when the API server does not answer.

    Args:
        command: what is run.
        reads: the command that makes lines of what it wrote, which it finds on its input.
    """
    folder = _shell("mktemp -d").strip()
    _shell(f"({command} > {folder}/out 2> {folder}/err & echo $! > {folder}/pid) < /dev/null")
    output = Output()
    time.sleep(2)
    try:
        yield output
    finally:
        time.sleep(2)
        # Nobody reaps it there: what has ended still has a process, but no command.
        _shell(
            f"pid=$(cat {folder}/pid); kill -INT $pid 2> /dev/null;"
            " for s in $(seq 60); do grep -q . /proc/$pid/cmdline || exit 0; sleep 1; done; exit 1"
        )
        output.lines += _shell(f"cat {folder}/out | {reads}").splitlines()
        problems = _shell(f"cat {folder}/err")
        _shell(f"rm -r {folder}")
    if problems:
        raise RuntimeError(problems)


def program(name: str, *arguments: object) -> str:
    """Return the shell command that runs one of the programs in `clients/`."""
    return shlex.join(["python3", "-c", source(name), *map(str, arguments)])


def source(name: str) -> str:
    """Return the text of one of the programs in `clients/`."""
    return (_PROGRAMS / f"{name}.py").read_text()


def _shell(script: str) -> str:
    return in_client("sh", "-c", script)
