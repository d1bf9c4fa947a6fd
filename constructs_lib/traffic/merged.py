"""Fields that parts of a policy write, in one: none takes the place of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def merged(written: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the fields of all, with maps merged and lists joined.

    Raises:
        ValueError: two write another value into one field.
    """
    joined: dict[str, Any] = {}
    for fields in written:
        for name, value in fields.items():
            joined[name] = _both(name, joined[name], value) if name in joined else value
    return joined


def _both(name: str, one: object, other: object) -> object:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return merged((one, other))
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    if one != other:
        raise ValueError(f"two parts of a policy write {name}: {one!r} and {other!r}")
    return one
