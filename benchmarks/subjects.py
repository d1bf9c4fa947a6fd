"""The programs that are measured, and what each is measured against."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, Program
from benchmarks.typed_calls import write

_PROGRAMS = Path(__file__).parent / "programs"


def empty_app(work: Path) -> Program:
    """Return an app with one empty chart and the imports of the platform."""
    return Program(
        name="empty app", arguments=(str(_PROGRAMS / "empty.py"),), folder=work / "empty"
    )


def platform(work: Path) -> Program:
    """Return the reference platform."""
    return Program(name="main.py", arguments=(str(ROOT / "main.py"),), folder=work / "platform")


def tiers(work: Path, count: int) -> Program:
    """Return an app with so many tiers, half of them web and half API, and their baseline."""
    return Program(
        name=f"{count} tiers",
        arguments=(str(_PROGRAMS / "tiers.py"), str(count)),
        folder=work / f"tiers-{count}",
    )


def bare_app(work: Path) -> Program:
    """Return an app with one empty chart that imports what the library depends on."""
    return Program(name="bare app", arguments=(str(_PROGRAMS / "bare.py"),), folder=work / "bare")


def dependencies(work: Path) -> Program:
    """Return what imports what main.py imports besides the library."""
    imported = "cdk8s, cdk8s_plus_27.k8s, constructs, imports.io.cert_manager"
    return Program(
        name="dependencies", arguments=("-c", f"import {imported}"), folder=work / "import"
    )


def imports(work: Path) -> Program:
    """Return what imports all that main.py imports."""
    return Program(
        name="imports of main.py", arguments=("-c", "import main"), folder=work / "import"
    )


def help_of_command(work: Path) -> Program:
    """Return the command that says how it is used."""
    return Program(
        name="constructs-lib --help",
        arguments=("-m", "constructs_lib.cli", "--help"),
        folder=work / "help",
    )


def empty_test(work: Path) -> Program:
    """Return the test of an empty app in another repository, which imports cdk8s alone."""
    return _test(work, "empty test", "test_empty.py")


def typed_test(work: Path) -> Program:
    """Return the same test with the import of typed objects."""
    return _test(work, "typed test", "test_typed.py")


def one_test(work: Path) -> Program:
    """Return one test of a platform in another repository, as somebody runs it after a change."""
    return _test(work, "one test", "test_shop.py::test_shop")


def _test(work: Path, name: str, test: str) -> Program:
    folder = work / name.replace(" ", "-")
    shutil.copytree(ROOT / "tests/packaging/consumer", folder)
    for own in _PROGRAMS.glob("test_*.py"):
        shutil.copy(own, folder / "tests")
    plugins = ("-p", "pytest_constructs_lib", "-p", "no:cacheprovider")
    return Program(
        name=name,
        arguments=("-m", "pytest", "-q", *plugins, f"tests/{test}"),
        folder=folder,
        options=(),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A program of the library beside plain typed calls that make the same objects.

    Args:
        library: the program.
        objects: how many it makes.
        typed: the calls as they are written by hand.
        cached: the same with equal quantities and ports made once.
    """

    library: Program
    objects: int
    typed: Program
    cached: Program

    @classmethod
    def of(cls, library: Program) -> Comparison:
        """Run the program and write what it is compared with."""
        library.run()
        made = library.folder / "dist"
        return cls(
            library=library,
            objects=sum(file.read_text().count("\nkind:") for file in made.rglob("*.k8s.yaml")),
            typed=_typed(library, "typed calls", cached=False),
            cached=_typed(library, "typed calls, cached", cached=True),
        )

    @property
    def programs(self) -> tuple[Program, Program, Program]:
        """All three."""
        return (self.library, self.typed, self.cached)


def _typed(library: Program, name: str, *, cached: bool) -> Program:
    folder = library.folder.with_name(f"{library.folder.name}-{'cached' if cached else 'typed'}")
    folder.mkdir()
    (folder / "objects.py").write_text(write(library.folder / "dist", cached=cached))
    # Imported, so that Python keeps its bytecode as it does for the library.
    (folder / "start.py").write_text("import objects\n")
    return Program(name=f"{name}, {library.name}", arguments=("start.py",), folder=folder)
