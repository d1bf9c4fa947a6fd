"""Measures the library and prints the report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import changes, report
from benchmarks.measure import in_turn
from benchmarks.report import Yardsticks
from benchmarks.subjects import (
    Comparison,
    bare_app,
    dependencies,
    empty_app,
    empty_test,
    help_of_command,
    imports,
    one_test,
    platform,
    tiers,
    typed_test,
)

_SIZES = (10, 50, 100, 200)
# Of eight objects each, which makes about 250 with their baseline.
_COMPARED = 30


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each program; 7 by default")
    rounds = parser.parse_args().rounds
    with TemporaryDirectory() as work:
        for section in _sections(Path(work), rounds):
            sys.stdout.write(section)
            sys.stdout.flush()


def _sections(work: Path, rounds: int) -> Iterator[str]:
    to = Yardsticks(
        bare=bare_app(work),
        empty=empty_app(work),
        dependencies=dependencies(work),
        imports=imports(work),
        help=help_of_command(work),
        empty_test=empty_test(work),
        typed_test=typed_test(work),
        one_test=one_test(work),
    )
    compared = [Comparison.of(platform(work)), Comparison.of(tiers(work, _COMPARED))]
    grown = {size: tiers(work, size) for size in _SIZES}
    synths = [to.bare, to.empty, *(each for one in compared for each in one.programs)]
    others = [to.dependencies, to.imports, to.help, to.empty_test, to.typed_test, to.one_test]
    times = in_turn([*synths, *others, *grown.values()], rounds)
    yield changes.section(work, rounds)
    yield report.aims(compared[0], to, times)
    yield report.synths(to, compared, times)
    yield report.growth(grown, times)
    yield report.memory([*synths, grown[max(_SIZES)]])
    for one in compared:
        yield report.objects(one, rounds)


if __name__ == "__main__":
    main()
