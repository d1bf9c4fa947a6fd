"""The sections of the report; one whose aim is missed shows where the time goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from statistics import median

from benchmarks.measure import Program, Times, ratio
from benchmarks.memory import is_measurable, peak_mebibytes
from benchmarks.profiles import functions, further_calls
from benchmarks.subjects import Comparison
from benchmarks.table import table
from benchmarks.traces import Trace

_MOST_TO_EMPTY = 1.8
_AIMED_OBJECTS = 250
_MOST_TO_TYPED = 1.0
_MOST_GROWTH = 1.25
_MOST_IMPORT_MILLISECONDS = 100.0
_MOST_VALUE_MILLISECONDS = 1.5


def synths(empty: Program, compared: Sequence[Comparison], times: Mapping[str, Times]) -> str:
    """Tell how long whole programs take, and an object on top of the empty app."""
    floor = times[empty.name]
    rows: list[Sequence[object]] = [(empty.name, 0, 1.0, 1.0, 1.0, "")]
    for comparison in compared:
        for program in comparison.programs:
            taken = times[program.name]
            each = 1000 * (taken.least - floor.least) / comparison.objects
            rows.append(
                (
                    program.name,
                    comparison.objects,
                    ratio(taken.processor, floor.processor),
                    taken.least / floor.least,
                    ratio(taken.elapsed, floor.elapsed),
                    each,
                )
            )
    return table(
        "Synth, cold: seconds of the processor, times the empty app",
        ("", "objects", "median", "of the least", "elapsed", "ms an object"),
        rows,
    ) + "".join(
        _aims(
            [
                (
                    f"{one.library.name}, times the empty app, brought to {_AIMED_OBJECTS} objects",
                    _at_aimed_objects(
                        ratio(times[one.library.name].processor, floor.processor), one.objects
                    ),
                    _MOST_TO_EMPTY,
                )
            ],
            partial(functions, one.library),
        )
        for one in compared
    )


def _at_aimed_objects(times: float, objects: int) -> float:
    """Bring how many times the empty app it takes to the number of objects of the aim."""
    return 1 + (times - 1) * _AIMED_OBJECTS / objects


def growth(grown: Mapping[int, Program], times: Mapping[str, Times]) -> str:
    """Tell whether a further tier costs the same among many as among few."""
    taken = {size: 1000 * times[program.name].least for size, program in grown.items()}
    further = {
        size: (taken[size] - taken[before]) / (size - before) for before, size in pairwise(taken)
    }
    fewest, *_, middle, most = taken
    # Sizes far apart, so that one disturbed run weighs little.
    first = (taken[middle] - taken[fewest]) / (middle - fewest)
    return table(
        "Growth: tiers in one app, seconds of the processor",
        ("tiers", "ms a tier", "ms a further tier"),
        [(size, all_of_them / size, further.get(size, "")) for size, all_of_them in taken.items()],
    ) + _aims(
        [
            (
                f"a further tier from {middle} to {most}, times one from {fewest} to {middle}",
                further[most] / first,
                _MOST_GROWTH,
            )
        ],
        lambda: functions(grown[most]),
    )


def memory(programs: Sequence[Program]) -> str:
    """Tell the peak of Python and Node together."""
    if not is_measurable():
        return "\nMemory is measured on Linux only.\n"
    peaks = {program.name: peak_mebibytes(program) for program in programs}
    return table(
        "Memory of Python and Node, at its peak",
        ("", "MiB", f"times the {programs[0].name}"),
        [(name, peak, peak / peaks[programs[0].name]) for name, peak in peaks.items()],
    )


def objects(comparison: Comparison, rounds: int) -> str:
    """Tell what each kind of object takes, next to the typed call that it stands for."""
    programs = comparison.programs
    traced = [[Trace.of(program) for program in programs] for _ in range(rounds)]
    library, typed, cached = (Trace.of_all(traces) for traces in zip(*traced, strict=True))
    slowest = max(library.each(kind) / typed.each(kind) for kind in typed.seconds)
    rows: list[Sequence[object]] = [
        (kind, len(taken) // rounds, *_beside(kind, library, typed, cached))
        for kind, taken in library.seconds.items()
    ]
    totals = [1000 * trace.total / rounds for trace in (library, typed, cached)]
    calls = [trace.calls.total() // rounds for trace in (library, typed, cached)]
    return table(
        f"Objects of {comparison.library.name}, ms of Python and of calls into Node",
        ("", "objects", "library", "typed", "cached", "times typed"),
        [
            *rows,
            ("all", comparison.objects, *totals, totals[0] / totals[1]),
            ("calls into Node", "", *calls, calls[0] / calls[1]),
        ],
    ) + _aims(
        [("the slowest kind, times its typed call", slowest, _MOST_TO_TYPED)],
        lambda: further_calls(library, typed, rounds),
    )


def _beside(kind: str, library: Trace, *typed: Trace) -> tuple[object, ...]:
    own = library.each(kind)
    if kind not in typed[0].seconds:
        return (1000 * own, *("" for _ in typed), "")
    return (1000 * own, *(1000 * each.each(kind) for each in typed), own / typed[0].each(kind))


def importing(program: Program, rounds: int) -> str:
    """Tell what importing the library takes once its dependencies are there."""
    program.run()
    runs = [json.loads(program.run()) for _ in range(rounds)]
    values = runs[0]["values"]
    taken = [1000 * run["library"] for run in runs]
    share = median(run["library"] / run["dependencies"] for run in runs)
    # Whatever else the machine does only adds.
    least = min(taken)
    return table(
        "Import of the library, seconds of the processor on top of its dependencies",
        ("public values", "ms, median", "ms, least", "of the dependencies"),
        [(values, median(taken), least, share)],
    ) + _aims(
        [
            ("least ms of the import", least, _MOST_IMPORT_MILLISECONDS),
            ("least ms a public value", least / values, _MOST_VALUE_MILLISECONDS),
        ],
        lambda: functions(program),
    )


def _aims(aims: Sequence[tuple[str, float, float]], explain: Callable[[], str]) -> str:
    """Hold values to the most that they may be, and explain them if one is more."""
    lines = [
        f"  {'kept' if value <= most else 'MISSED'}: {what}, {value:.2f}, at most {most:g}\n"
        for what, value, most in aims
    ]
    missed = any(value > most for _, value, most in aims)
    return "".join([*lines, explain() if missed else ""])
