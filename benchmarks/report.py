"""The sections of the report: what is aimed at, and where the time goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.measure import Program, Times, ratio
from benchmarks.memory import is_measurable, peak_mebibytes
from benchmarks.profiles import functions, further_calls
from benchmarks.subjects import Comparison
from benchmarks.table import table
from benchmarks.traces import Trace

_AIMED_OBJECTS = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class Yardsticks:
    """The programs that main.py and its parts are held to.

    Args:
        bare: an empty app with the dependencies of the library.
        empty: an empty app with the imports of main.py.
        dependencies: imports alone, those of main.py without the library.
        imports: imports alone, those of main.py.
        help: the command that says how it is used.
        empty_test: the test of an empty app in another repository.
        typed_test: the same with the import of typed objects.
        one_test: a test of a platform there.
    """

    bare: Program
    empty: Program
    dependencies: Program
    imports: Program
    help: Program
    empty_test: Program
    typed_test: Program
    one_test: Program


def aims(platform: Comparison, to: Yardsticks, times: Mapping[str, Times]) -> str:
    """Tell the ratios that are aimed at; a profile follows if one is above its aim."""

    def against(program: Program, other: Program) -> float:
        return ratio(times[program.name].processor, times[other.name].processor)

    def brought(times_empty: float) -> float:
        return 1 + (times_empty - 1) * _AIMED_OBJECTS / platform.objects

    main, floor = platform.library, platform.cached
    import_of_library = against(to.imports, to.empty) - against(to.dependencies, to.empty)
    rows = [
        (
            f"main.py brought to {_AIMED_OBJECTS} objects, times the empty app",
            brought(against(main, to.empty)),
            1.8,
            brought(against(floor, to.empty) + import_of_library),
        ),
        ("main.py, times the bare app", against(main, to.bare), 2.0, against(floor, to.bare)),
        (
            "import of the library, of that of its dependencies",
            against(to.imports, to.dependencies) - 1,
            0.15,
            "",
        ),
        (
            "one test elsewhere, times an empty one",
            against(to.one_test, to.empty_test),
            1.3,
            against(to.typed_test, to.empty_test),
        ),
        ("constructs-lib --help, seconds", times[to.help.name].least, 0.5, ""),
    ]
    missed = any(measured > aim for _, measured, aim, _ in rows)
    return table(
        "Aims: seconds of the processor, median of the rounds",
        ("", "measured", "aim", "floor", ""),
        [(*row, "kept" if row[1] <= row[2] else "MISSED") for row in rows],
    ) + (functions(main) if missed else "")


def synths(to: Yardsticks, compared: Sequence[Comparison], times: Mapping[str, Times]) -> str:
    """Tell how long whole programs take, and an object on top of the empty app."""
    floor = times[to.empty.name]
    programs = {to.bare: 0, to.empty: 0}
    programs |= {each: one.objects for one in compared for each in one.programs}
    rows: list[Sequence[object]] = []
    for program, count in programs.items():
        taken = times[program.name]
        rows.append(
            (
                program.name,
                count,
                ratio(taken.processor, floor.processor),
                taken.least / floor.least,
                ratio(taken.elapsed, floor.elapsed),
                1000 * (taken.least - floor.least) / count if count else "",
            )
        )
    return table(
        "Synth, cold: seconds of the processor, times the empty app",
        ("", "objects", "median", "of the least", "elapsed", "ms an object"),
        rows,
    )


def growth(grown: Mapping[int, Program], times: Mapping[str, Times]) -> str:
    """Tell whether a further tier costs the same among many as among few."""
    taken = {size: 1000 * times[program.name].least for size, program in grown.items()}
    further = {
        size: (taken[size] - taken[before]) / (size - before) for before, size in pairwise(taken)
    }
    return table(
        "Growth: tiers in one app, seconds of the processor",
        ("tiers", "ms a tier", "ms a further tier"),
        [(size, all_of_them / size, further.get(size, "")) for size, all_of_them in taken.items()],
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
    ) + further_calls(library, typed, rounds)


def _beside(kind: str, library: Trace, *typed: Trace) -> tuple[object, ...]:
    own = library.each(kind)
    if kind not in typed[0].seconds:
        return (1000 * own, *("" for _ in typed), "")
    return (1000 * own, *(1000 * each.each(kind) for each in typed), own / typed[0].each(kind))
