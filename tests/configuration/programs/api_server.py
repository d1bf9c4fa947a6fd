"""What an API server does with an object, in one process and without a store: Kubernetes' own code.

https://github.com/kubernetes/kubernetes, with the strategies of its registry.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.configuration.programs.cache import kept
from tests.configuration.programs.golang import GoProgram, go

VERSION = "1.34.2"
OTHERS = ("1.29.3", "1.37.2")
_SOURCE = Path(__file__).parents[2] / "changes" / "kubernetes"
# Its parts are modules of their own, which it takes from its own folder.
_PART = re.compile(r"^\s*(k8s\.io/\S+) => \./staging", re.MULTILINE)


def program(version: str = VERSION) -> Path:
    """Return the program of a version of Kubernetes, which is built on first use."""
    source = b"".join(file.read_bytes() for file in sorted(_SOURCE.glob("*.go")))
    name = f"api-server-{version}-{hashlib.sha256(source).hexdigest()[:8]}"
    folder = kept(name, lambda folder: _build(version, folder / "kubernetes"))
    return folder / "kubernetes"


def ask(questions: Sequence[dict[str, Any]], version: str = VERSION) -> list[dict[str, Any]]:
    """Ask what an apply does: of ``before``, if it is there, and ``after``."""
    done = subprocess.run(
        [program(version), "apply"],
        input="\n".join(map(json.dumps, questions)),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def types() -> dict[str, Any]:
    """Return the types of all kinds."""
    done = subprocess.run([program(), "types"], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _build(version: str, to: Path) -> None:
    module = GoProgram(name="kubernetes", module="k8s.io/kubernetes", version=f"v{version}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in _SOURCE.glob("*.go"):
            (folder / file.name).write_bytes(file.read_bytes())
        source = module.source()
        (folder / "go.sum").write_bytes((source / "go.sum").read_bytes())
        requirements = (source / "go.mod").read_text()
        (folder / "go.mod").write_text(requirements)
        parts = _PART.findall(requirements)
        edits = [f"-replace={part}={part}@v0{version[1:]}" for part in parts]
        this = f"-require={module.module}@{module.version}"
        go(folder, "mod", "edit", "-module=program", this, *edits)
        linked = "-ldflags=-s -w -checklinkname=0"
        go(folder, "build", "-mod=mod", "-p=2", linked, "-o", str(to), ".")
