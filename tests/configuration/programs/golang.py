"""Programs that are Go modules, built from the module proxy.

A main module of its own has the requirements and replacements of the program's, since
`go install` refuses modules that replace others.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.configuration.programs.cache import kept

_TOOLCHAINS = "/usr/local/go/bin"
# Smaller and sooner there: nobody debugs it. Old modules name what the runtime keeps to itself.
_LINKED = "-ldflags=-s -w -checklinkname=0"


@dataclass(frozen=True, kw_only=True, slots=True)
class GoProgram:
    """A program of a module.

    Args:
        name: what it is called.
        module: the path of the module.
        version: the version that is built.
        package: the package of the program, below the module.
        tags: build tags, such as those that leave out what nobody needs here.
    """

    name: str
    module: str
    version: str
    package: str = ""
    tags: tuple[str, ...] = ()

    def path(self) -> Path:
        """Return the program, which is built on first use in some minutes."""
        folder = kept(f"{self.name}-{self.version}", lambda folder: self._build(folder / self.name))
        return folder / self.name

    def source(self) -> Path:
        """Return the folder of the module's files."""
        with tempfile.TemporaryDirectory() as name:
            # Outside of a module nobody else's requirements matter.
            this = f"{self.module}@{self.version}"
            return Path(json.loads(go(Path(name), "mod", "download", "-json", this))["Dir"])

    def _build(self, program: Path) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = self.source()
            this = f"{self.module}@{self.version}"
            for file in ("go.mod", "go.sum"):
                (folder / file).write_bytes((source / file).read_bytes())
            go(folder, "mod", "edit", "-module=program", f"-require={this}")
            package = "/".join(filter(None, (self.module, self.package)))
            tags = f"-tags={','.join(self.tags)}"
            go(folder, "build", "-mod=mod", "-p=2", tags, _LINKED, "-o", str(program), package)


def missing() -> str | None:
    """Return what this machine lacks to build programs; None if nothing."""
    return None if _toolchain() else "Go 1.26"


def _toolchain() -> str | None:
    return shutil.which("go", path=f"{os.environ['PATH']}:{_TOOLCHAINS}")


def go(folder: Path, *arguments: str) -> str:
    toolchain = _toolchain()
    if toolchain is None:
        raise LookupError("no go")
    return subprocess.run(
        (toolchain, *arguments),
        check=True,
        cwd=folder,
        env={**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false"},
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
