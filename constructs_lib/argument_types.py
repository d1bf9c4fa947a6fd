"""The types of arguments, and what is said of a value of another type."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union

from constructs_lib.errors import ConfigurationError

_NAMES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    types.NoneType: "None",
}


def type_problems(
    owner: type, hints: Mapping[str, Any], given: Mapping[str, object]
) -> Iterator[ConfigurationError]:
    """Yield what is wrong with the types of the arguments of a class.

    Args:
        owner: the class, which messages name.
        hints: the types of all its arguments.
        given: its arguments by name, or some of them.
    """
    for name, value in given.items():
        hint = hints.get(name, Any)
        # Most are of just the class that is written: quick, since there are thousands.
        if hint is not type(value):
            for problem in _problems(f"{owner.__name__}.{name}", value, hint):
                yield _left_out(owner, name, problem) if value is None else problem


@cache
def is_tuple(hint: object) -> bool:
    """Tell whether a type is that of tuples."""
    return typing.get_origin(hint) is tuple


@cache
def types_of_fields(cls: type) -> Mapping[str, Any]:
    """Return the types of the fields of a class of values."""
    return _resolved(cls)


@cache
def types_of_arguments(cls: type) -> Mapping[str, Any]:
    """Return the types of the arguments of a class of constructs."""
    init: Any = inspect.getattr_static(cls, "__init__")
    taken: type | None = getattr(init, "takes", None)
    return {**_resolved(init), **({} if taken is None else types_of_fields(taken))}


def _resolved(annotated: Any) -> Mapping[str, Any]:  # noqa: ANN401
    try:
        return typing.get_type_hints(annotated)
    except NameError:
        # A class of a program may name what it imports for type checkers only.
        return {}


def _problems(argument: str, value: object, hint: object) -> Iterator[ConfigurationError]:
    fitting = [each for each in _alternatives(hint) if _is_one(value, each)]
    if not fitting:
        wanted = _wanted(hint, value)
        # A text where a secret is referred to may be the secret.
        shown = "(hidden)" if "Secret" in wanted and isinstance(value, str | bytes) else value
        parts = _attributes_that_fit(value, hint)
        yield ConfigurationError(argument, shown, f"give {' or '.join(parts) or wanted}")
    elif not any(each is type(value) for each in fitting):
        inside = [list(_problems_inside(argument, value, each)) for each in fitting]
        if all(inside):
            yield from inside[0]


def _left_out(owner: Any, name: str, problem: ConfigurationError) -> ConfigurationError:  # noqa: ANN401
    """Return what is said of None where an argument has a default."""
    if inspect.signature(owner).parameters[name].default is inspect.Parameter.empty:
        return problem
    return ConfigurationError(problem.field, None, f"leave it out, or {problem.works}")


def _attributes_that_fit(value: object, hint: object) -> list[str]:
    """Return how the attributes of a construct are called that are what is meant."""
    # Whoever has a node: its class would start jsii where only manifests are read.
    if not hasattr(value, "node"):
        return []
    own = {name: type(each) for name, each in vars(value).items()}
    told = {
        name: _resolved(each.fget).get("return")
        for cls in type(value).__mro__
        for name, each in vars(cls).items()
        if isinstance(each, property)
    }
    return [
        f"its .{name}"
        for name, kind in {**told, **own}.items()
        if not name.startswith("_") and kind in _alternatives(hint)
    ]


def _problems_inside(argument: str, value: object, hint: object) -> Iterator[ConfigurationError]:
    _, parts = _read(hint)
    if not parts or isinstance(value, type) or not isinstance(value, Collection):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _problems(f"key of {argument}", key, parts[0])
            yield from _problems(f"{argument}[{key!r}]", item, parts[1])
    elif isinstance(value, tuple) and len(parts) > 1 and parts[1] is not ...:
        if len(value) != len(parts):
            yield ConfigurationError(argument, value, f"give {len(parts)} in a tuple")
        for index, (item, part) in enumerate(zip(value, parts, strict=False)):
            yield from _problems(f"{argument}[{index}]", item, part)
    else:
        for index, item in enumerate(value):
            yield from _problems(f"{argument}[{index}]", item, parts[0])


@cache
def _alternatives(hint: object) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in {Union, types.UnionType} else (hint,)


@cache
def _read(hint: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401 - types have no class in common
    """Return a class, and the types of what is in it."""
    return typing.get_origin(hint) or hint, typing.get_args(hint)


def _is_one(value: object, hint: Any) -> bool:  # noqa: ANN401
    """Tell whether a value is of a class, without what is in it; Python itself is laxer."""
    kind, parts = _read(hint)
    # What is no class, such as a Literal, is left to type checkers.
    if kind is Any or kind is object or not isinstance(kind, type):
        return True
    if isinstance(value, bool):
        return kind is bool
    if getattr(kind, "_is_protocol", False):
        # A class has what its values have, and is none.
        return not isinstance(value, type) and all(_has(value, name) for name in _members(kind))
    if kind is tuple and isinstance(value, list):
        # Written by many; a value makes a tuple of it.
        return parts[-1:] == (...,)
    if isinstance(value, str) and kind is not str:
        # For Python a text is a sequence of its letters.
        return isinstance(value, kind) and issubclass(kind, str)
    return isinstance(value, (int, float) if kind is float else kind)


@cache
def _members(protocol: type) -> frozenset[str]:
    told = (
        name
        for each in protocol.__mro__
        if getattr(each, "_is_protocol", False)
        for name in (*vars(each), *inspect.get_annotations(each))
    )
    return frozenset(name for name in told if not name.startswith("_"))


def _has(value: object, name: str) -> bool:
    # A property is not computed for it.
    absent = object()
    return inspect.getattr_static(value, name, absent) is not absent


def _wanted(hint: object, value: object) -> str:
    return " or ".join(_described(each, value) for each in _alternatives(hint))


def _described(hint: Any, value: object) -> str:  # noqa: ANN401
    kind, parts = _read(hint)
    if kind in _NAMES or not isinstance(kind, type):
        return _NAMES.get(kind, str(hint))
    if parts and issubclass(kind, Mapping):
        key, item = (_wanted(part, None) for part in parts)
        return f"a mapping, each key {key}, each value {item}"
    if parts and issubclass(kind, Iterable):
        return f"a tuple or list, (…,) for one alone, each {_wanted(parts[0], None)}"
    if issubclass(kind, Enum):
        return f"one of {', '.join(f'{kind.__name__}.{member.name}' for member in kind)}"
    if getattr(kind, "_is_protocol", False):
        values = _values_of(kind)
    else:
        values = _values_below(kind) if inspect.isabstract(kind) else [kind]
    return " or ".join(_call(cls, value) for cls in values) or kind.__name__


def _call(cls: type, value: object) -> str:
    """Return how a value is written: with what it needs, or with what was given alone."""
    if not is_dataclass(cls):
        return cls.__name__
    needed = [
        each.name
        for each in fields(cls)
        if each.default is MISSING and each.default_factory is MISSING
    ]
    if not needed and value is not None:
        hints = types_of_fields(cls)
        needed = [each.name for each in fields(cls) if hints.get(each.name) is type(value)][:1]
    return f"{cls.__name__}({', '.join(f'{name}=…' for name in needed)})"


def _values_of(protocol: type) -> list[type]:
    """Return the classes of values that are loaded and of a protocol."""
    members = _members(protocol)
    return [
        each
        for each in _values_below(object)
        if all(name in each.__dataclass_fields__ or _has(each, name) for name in members)
    ]


def _values_below(cls: type) -> list[Any]:
    """Return the classes of values that are loaded and derive from a class, each once."""
    return [
        each
        for each in dict.fromkeys(_descendants(cls))
        if is_dataclass(each) and not each.__name__.startswith("_")
    ]


def _descendants(cls: type) -> Iterator[type]:
    each: type
    for each in type.__subclasses__(cls):
        yield each
        yield from _descendants(each)
