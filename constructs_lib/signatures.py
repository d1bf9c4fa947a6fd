"""Signatures: what ``help`` shows, an argument a line, and what is no argument."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any

from constructs_lib.docstrings import with_arguments_of


class ReadableSignature(inspect.Signature):
    """A signature that is printed with an argument a line."""

    def __str__(self) -> str:
        """Return the arguments, their types and their defaults."""
        lines = []
        for each in self.parameters.values():
            if each.kind is each.KEYWORD_ONLY and "*" not in lines:
                lines.append("*")
            annotation = "" if each.annotation is each.empty else f": {_type(each.annotation)}"
            default = "" if each.default is each.empty else f" = {written(each.default)}"
            lines.append(f"{each.name}{annotation}{default}")
        return "".join(["(\n", *(f"    {line},\n" for line in lines), ")"])

    def format(self, **_: object) -> str:
        """Return the same, which pydoc of Python 3.13 asks for in this way."""
        return str(self)


class SignatureOfFields:
    """The signature of a class that takes its fields as keywords, those that it needs first."""

    def __get__(self, instance: object, owner: Any) -> ReadableSignature:  # noqa: ANN401 - any such
        arguments = []
        for each in sorted(fields(owner), key=lambda each: _default(each) is not MISSING):
            default = _default(each)
            arguments.append(
                inspect.Parameter(
                    each.name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=inspect.Parameter.empty if default is MISSING else default,
                    annotation=each.type,
                )
            )
        return ReadableSignature(arguments)


def describe(cls: type) -> None:
    """Let ``help`` show the arguments of a class of constructs, which jsii's metaclass hides."""
    own: Callable[..., None] | None = vars(cls).get("__init__")
    if own is None:
        return
    own.__doc__ = (
        own.__doc__ or f"Make the construct; the text of {cls.__name__} describes its arguments."
    )
    told = inspect.signature(own)
    if taken := getattr(own, "takes", None):
        cls.__doc__ = with_arguments_of(taken.__doc__, cls.__doc__, order=told.parameters)
    known: dict[str, Any] = {"parameters": list(told.parameters.values())}
    own.__signature__ = ReadableSignature(**known)  # type: ignore[attr-defined]
    known["parameters"] = known["parameters"][1:]
    cls.__signature__ = ReadableSignature(**known)  # type: ignore[attr-defined]


def written(value: object) -> str:
    """Return a value as a program would write it, without what is its default anyway."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, tuple):
        return f"({', '.join(map(written, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping):
        return repr(dict(value))
    if is_dataclass(value):
        # Its class may have a name for it, as for `LogFormat.JSON`.
        for name, each in vars(type(value)).items():
            if each is value:
                return f"{type(value).__name__}.{name}"
        told = (
            f"{each.name}={written(getattr(value, each.name))}"
            for each in fields(value)
            if each.init and getattr(value, each.name) != _default(each)
        )
        return f"{type(value).__name__}({', '.join(told)})"
    return repr(value)


def _type(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def check_names(called: str, cls: Any, given: Collection[str]) -> None:  # noqa: ANN401
    """Refuse arguments that a class of values has not, and the lack of one that it needs.

    Args:
        called: what takes them, which may be a construct.
        cls: the class.
        given: their names.
    """
    names = [each.name for each in fields(cls)]
    if unknown := sorted(set(given).difference(names)):
        near = [match for name in unknown for match in get_close_matches(name, names, n=1)]
        known = f"; write {', '.join(near)}" if near else f", but {', '.join(names) or 'nothing'}"
        raise TypeError(f"{called} takes no {', '.join(unknown)}{known}")
    needed = (
        each.name
        for each in fields(cls)
        if each.default is MISSING and each.default_factory is MISSING
    )
    if missing := [name for name in needed if name not in given]:
        raise TypeError(f"{called} needs {', '.join(missing)}")
