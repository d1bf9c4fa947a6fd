"""Which renderer can express which part of a traffic policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.errors import ConfigurationError


class Dispatch(Protocol):
    """A function that has one implementation for each part, as `functools.singledispatch` makes."""

    @property
    def registry(self) -> Mapping[Any, Any]:
        """The parts that it has an implementation for, and `object`."""
        ...


_renderers: dict[str, Dispatch] = {}


def renders(renderer: str, dispatch: Dispatch) -> None:
    """Note that this renderer expresses what this function has an implementation for."""
    _renderers[renderer] = dispatch


def expressed_by(part: type) -> list[str]:
    """Return the names of the renderers that express a part."""
    return [name for name, dispatch in _renderers.items() if part in dispatch.registry]


def refusal(renderer: str, part: object) -> ConfigurationError:
    """Return the error of a renderer that cannot express a part, which names those that can."""
    kind = type(part)
    others = " or ".join(expressed_by(kind)) or "none does yet"
    return ConfigurationError(
        f"TrafficPolicy with {kind.__name__}",
        part,
        f"{renderer} cannot express it; leave it out, or use a renderer that does: {others}",
    )
