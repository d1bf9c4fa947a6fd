"""Builds the platform of a main.py, as it is or with one argument changed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cdk8s import App

from constructs_lib import Publisher
from constructs_lib.testing import manifests
from environments import Settings

ROOT = Path(__file__).parents[2]
# A copy, so that whoever changes an argument of main.py accepts a diff and mends no tests.
PROGRAM = Path(__file__).parent / "program.py"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """The reference platform: what it is made of, and what is made of it."""

    constructs: Sequence[Publisher]
    core: Sequence[dict[str, Any]]
    add_ons: Sequence[dict[str, Any]]

    @property
    def objects(self) -> list[dict[str, Any]]:
        """All that is applied to the cluster."""
        return [*self.core, *self.add_ons]


def build(program: ModuleType, output: Path, *settings: Settings) -> Shop:
    """Build a platform, and write it as the program would."""
    app, below = App(outdir=str(output)), App(outdir=str(output / "add-ons"))
    made = program.platform(app, *settings)
    program.add_ons(below, made, *settings)
    app.synth()
    below.synth()
    return Shop(constructs=made.constructs, core=manifests(app), add_ons=manifests(below))


def edited(patch: pytest.MonkeyPatch, folder: Path, *changes: tuple[str, str]) -> ModuleType:
    """Return the program as if somebody had changed some places of it."""
    source = PROGRAM.read_text()
    for old, new in changes:
        assert source.count(old) == 1, f"the program must say {old!r} once"
        source = source.replace(old, new)
    path = folder / "edited.py"
    path.write_text(source)
    spec = spec_from_file_location("edited", path)
    assert spec is not None
    assert spec.loader is not None
    program = module_from_spec(spec)
    # Where dataclasses look up the names in annotations.
    patch.setitem(sys.modules, "edited", program)
    spec.loader.exec_module(program)
    return program
