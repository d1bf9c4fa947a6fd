"""Builds the platform of main.py, as it is or with one setting changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cdk8s import App

from constructs_lib.testing import manifests
from environments import PRODUCTION, Settings
from main import Platform, add_ons, platform

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """The platform: what it is made of, what is made of it, and where that is written."""

    made: Platform
    core: Sequence[dict[str, Any]]
    add_ons: Sequence[dict[str, Any]]
    folder: Path

    @property
    def objects(self) -> list[dict[str, Any]]:
        """All that is applied to the cluster."""
        return [*self.core, *self.add_ons]


def build(folder: Path, settings: Settings = PRODUCTION) -> Shop:
    """Build the platform of an environment, and write it as main.py would."""
    app, below = App(outdir=str(folder)), App(outdir=str(folder / "add-ons"))
    made = platform(app, settings)
    add_ons(below, made, settings)
    app.synth()
    below.synth()
    return Shop(made=made, core=manifests(app), add_ons=manifests(below), folder=folder)


def setting(path: str, value: object, *, of: Any = PRODUCTION) -> Any:  # noqa: ANN401
    """Return settings with one of them changed, such as ``metrics.scrape_seconds``.

    Args:
        path: the way to what is changed.
        value: what it is instead.
        of: what is changed; production if it is left out.
    """
    part, _, rest = path.partition(".")
    return replace(of, **{part: setting(rest, value, of=getattr(of, part)) if rest else value})
