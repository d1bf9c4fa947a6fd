"""Reads fields of manifests, any of which may be missing or of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from constructs_lib.errors import AllProblems, ConfigurationError
from constructs_lib.quantities import parse

Manifest = Mapping[str, Any]
T = TypeVar("T")


def field(node: object, *path: str, default: T) -> T:
    """Return the value at a path, or the default if there is none of its type."""
    for key in path:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node if isinstance(node, type(default)) else default


def mapping(node: object, *path: str) -> dict[str, Any]:
    """Return the mapping at a path, or an empty one."""
    nothing: dict[str, Any] = {}
    return field(node, *path, default=nothing)


def mappings(node: object, *path: str) -> list[dict[str, Any]]:
    """Return the mappings in the list at a path, or none."""
    nothing: list[object] = []
    return [item for item in field(node, *path, default=nothing) if isinstance(item, dict)]


def strings(node: object, *path: str) -> list[str]:
    """Return the strings in the list at a path, or none."""
    nothing: list[object] = []
    return [item for item in field(node, *path, default=nothing) if isinstance(item, str)]


def is_quantity(value: object) -> bool:
    """Tell whether a value is a quantity such as ``250m`` or 2."""
    try:
        with AllProblems():
            parse(str(value))
    except ConfigurationError:
        return False
    return True


def quantity(value: object) -> Decimal:
    """Return a quantity in cores or bytes; 0 for anything else."""
    return parse(str(value)) if is_quantity(value) else Decimal(0)


def walk(node: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield every value of a manifest with its path, such as ``spec.ports[0].name``."""
    yield path, node
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from walk(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{path}[{index}]")
