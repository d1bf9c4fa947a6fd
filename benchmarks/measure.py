"""Times programs in turn, so that whatever else the machine does slows all of them alike."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]

# Without bytecode, Python would compile the libraries anew; a CLI's folder is not ours.
_DROPPED = {"CDK8S_OUTDIR", "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in _DROPPED},
    "PYTHONPATH": str(ROOT),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """A program that is run as ``cdk8s synth`` runs main.py.

    Args:
        name: what the report calls it.
        arguments: of Python.
        folder: where it is run; it writes to ``dist/`` there.
        options: of Python, before all others.
    """

    name: str
    arguments: tuple[str, ...]
    folder: Path
    options: tuple[str, ...] = ("-O",)

    def start(self, *flags: str) -> subprocess.Popen[str]:
        """Start it, with further flags of Python before the arguments."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(  # noqa: S603 - the interpreter and the programs are ours
            [sys.executable, *self.options, *flags, *self.arguments],
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *flags: str) -> str:
        """Run it and return what it prints; a failure is an error."""
        process = self.start(*flags)
        output, _ = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, self.name)
        return output


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Seconds of one program, one of each round.

    Args:
        processor: of Python and Node together, which other work changes little.
        elapsed: from start to end.
    """

    processor: Sequence[float]
    elapsed: Sequence[float]

    @property
    def least(self) -> float:
        """The processor's seconds of the run that was disturbed least."""
        return min(self.processor)


def ratio(taken: Sequence[float], other: Sequence[float]) -> float:
    """Return how many times as long it took as the other, in the middle one of the rounds.

    The two of one round were disturbed alike.
    """
    return median(a / b for a, b in zip(taken, other, strict=True))


def in_turn(programs: Sequence[Program], rounds: int) -> Mapping[str, Times]:
    """Run each program once to fill the caches, then all of them a number of times in turn."""
    processor: dict[str, list[float]] = {program.name: [] for program in programs}
    elapsed: dict[str, list[float]] = {program.name: [] for program in programs}
    for program in programs:
        program.run()
    for _ in range(rounds):
        for program in programs:
            before, start = _processor_seconds(), time.perf_counter()
            program.run()
            elapsed[program.name].append(time.perf_counter() - start)
            processor[program.name].append(_processor_seconds() - before)
    return {name: Times(processor=processor[name], elapsed=elapsed[name]) for name in processor}


def _processor_seconds() -> float:
    """Return those of all programs that have ended, with what they started themselves."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
