"""Values attached to an app or a chart, for all constructs in it."""

from __future__ import annotations

from typing import TypeVar
from weakref import WeakKeyDictionary

import cdk8s
from constructs import Construct, IConstruct

from constructs_lib.errors import ConfigurationError
from constructs_lib.scopes import charts_around

T = TypeVar("T")

_values: WeakKeyDictionary[IConstruct, dict[type, object]] = WeakKeyDictionary()


def hold_for(scope: Construct, value: object) -> None:
    """Attach a value to an app or a chart, before anything is created in it.

    Raises:
        ConfigurationError: the scope is neither, has a value of this class, or has
            constructs already, which were created without it.
    """
    kind = type(value)
    if not isinstance(scope, cdk8s.App | cdk8s.Chart):
        raise ConfigurationError(
            f"scope of {kind.__name__}", type(scope).__name__, "give the App, or a Chart"
        )
    held = _values.setdefault(scope, {})
    if kind in held:
        raise ConfigurationError(
            f"{kind.__name__}.attach", scope.node.path, "call it once for an app or chart"
        )
    if scope.node.children:
        raise ConfigurationError(
            f"{kind.__name__}.attach",
            scope.node.path,
            "call it before anything is made there: what is made already does without",
        )
    held[kind] = value


def held_for(scope: Construct, kind: type[T]) -> list[T]:
    """Return the attached values of a class for a construct, the nearest last."""
    if not any(kind in held for held in _values.values()):
        return []
    values = (_values.get(place, {}).get(kind) for place in charts_around(scope))
    return [value for value in values if isinstance(value, kind)]
