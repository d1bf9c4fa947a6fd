"""What a traced run tells: seconds of each object, and calls into Node."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self

from benchmarks.measure import Program


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """One run, or several together.

    Args:
        seconds: of each object and each construct, by kind.
        calls: how often each member was called.
    """

    seconds: Mapping[str, Sequence[float]]
    calls: Counter[str]

    @classmethod
    def of(cls, program: Program) -> Self:
        """Run a program and trace it."""
        read = json.loads(program.run("-m", "benchmarks.tracing"))
        return cls(seconds=read["seconds"], calls=Counter(read["calls"]))

    @classmethod
    def of_all(cls, traces: Iterable[Trace]) -> Self:
        """Put runs of one program together."""
        seconds: dict[str, list[float]] = {}
        calls: Counter[str] = Counter()
        for trace in traces:
            calls.update(trace.calls)
            for kind, taken in trace.seconds.items():
                seconds.setdefault(kind, []).extend(taken)
        return cls(seconds=seconds, calls=calls)

    def each(self, kind: str) -> float:
        """Return the median of what an object of a kind took, in seconds."""
        return median(self.seconds[kind])

    @property
    def total(self) -> float:
        """What all objects took together, in seconds."""
        return sum(map(sum, self.seconds.values()))
