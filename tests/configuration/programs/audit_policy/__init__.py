"""What an API server writes down of calls: the level that a policy has for each."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.configuration.programs.cache import kept
from tests.configuration.programs.golang import GoProgram, go

_MODULE = GoProgram(name="apiserver", module="k8s.io/apiserver", version="v0.34.2")
_SOURCE = Path(__file__).with_name("main.go")


def levels(policy: Path, calls: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the level of each call; fail where the policy is none."""
    return _asked(policy, calls).stdout.split()


def written(policy: Path, call: Mapping[str, object]) -> str:
    """Return the line of a call that is refused."""
    return _asked(policy, [call]).stderr.strip()


def _asked(policy: Path, calls: Sequence[Mapping[str, object]]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [_program(), str(policy)],
        input="".join(f"{json.dumps(dict(call))}\n" for call in calls),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ValueError(done.stderr)
    return done


def _program() -> Path:
    """Return the program, which is built on first use."""
    folder = kept(f"audit-policy-{_MODULE.version}-lines", lambda folder: _build(folder / "levels"))
    return folder / "levels"


def _build(to: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, source = Path(name), _MODULE.source()
        for file in (_SOURCE, source / "go.mod", source / "go.sum"):
            (folder / file.name).write_bytes(file.read_bytes())
        this = f"-require={_MODULE.module}@{_MODULE.version}"
        go(folder, "mod", "edit", "-module=program", this)
        go(folder, "build", "-mod=mod", "-p=2", "-ldflags=-s -w", "-o", str(to), ".")
