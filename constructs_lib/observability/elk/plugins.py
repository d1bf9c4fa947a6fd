"""Plugins of Logstash and the conditions they run under, as values of its language."""

from __future__ import annotations

from typing import TypeAlias

from lscl.lang import LsclAttribute, LsclBlock, LsclConditions, LsclSelector
from lscl.renderer import render_as_lscl

Step: TypeAlias = LsclBlock | LsclConditions
Value: TypeAlias = str | int | bool | list[str] | dict[str, str] | dict[str, list[str]]


def plugin(name: str, **settings: Value) -> LsclBlock:
    """Return a plugin with its settings."""
    return LsclBlock(
        name=name,
        content=[LsclAttribute(name=key, content=value) for key, value in settings.items()],
    )


def field(*names: str) -> LsclSelector:
    """Return a field of the event, for a condition."""
    return LsclSelector(names=list(names))


def pipeline(*, source: LsclBlock, steps: list[Step], target: LsclBlock) -> str:
    """Return the text of a pipeline with one input and one output."""
    blocks = [
        LsclBlock(name="input", content=[source]),
        LsclBlock(name="filter", content=steps),
        LsclBlock(name="output", content=[target]),
    ]
    return f"{render_as_lscl(blocks)}\n"
