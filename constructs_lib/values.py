"""Values: immutable, checked, with keyword arguments, equality and repr."""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from inspect import signature
from typing import Any, ClassVar, dataclass_transform

from constructs_lib.argument_types import is_tuple, type_problems, types_of_fields
from constructs_lib.docstrings import with_arguments_of
from constructs_lib.errors import AllProblems
from constructs_lib.signatures import SignatureOfFields, check_names

# Nothing is to be compiled.
_keep_fields = dataclass(init=False, repr=False, eq=False, match_args=False)


@_keep_fields
@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Value:
    """A frozen dataclass of keywords, as all values of the library are.

    Derive from it for values of your own, such as the settings of an environment. `fields` and
    `replace` of `dataclasses` take it, and its ``__post_init__`` is called. Its methods are shared:
    `dataclasses` would compile them for each class anew, half a millisecond in every process.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    __signature__ = SignatureOfFields()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _keep_fields(cls)
        if (parent := cls.__base__) not in {None, Value}:
            order = signature(cls).parameters
            cls.__doc__ = with_arguments_of(parent.__doc__, cls.__doc__, order=order)

    def __init__(self, *nameless: object, **given: object) -> None:
        cls: type = type(self)
        if nameless:
            first, *_ = (*(each.name for each in fields(self)), "nothing")
            raise TypeError(f"{cls.__name__} takes keywords: {cls.__name__}({first}=…)")
        own = vars(self)
        for each in fields(self):
            if each.name in given:
                own[each.name] = given[each.name]
            elif each.default is not MISSING:
                own[each.name] = each.default
            elif each.default_factory is not MISSING:
                own[each.name] = each.default_factory()
        # Of the thousands of values of a program, few are wrong.
        if len(own) < len(fields(self)) or not given.keys() <= own.keys():
            check_names(cls.__name__, cls, given)
        hints = types_of_fields(cls)
        for name, value in given.items():
            if type(value) is list and is_tuple(hints.get(name)):
                own[name] = tuple(value)
        with AllProblems() as problems:
            problems.extend(type_problems(cls, hints, given))
            self.__post_init__()

    def __post_init__(self) -> None:
        """Check the value; here there is nothing to check."""

    def __eq__(self, other: object) -> bool:
        return vars(other) == vars(self) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        told = (f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__qualname__}({', '.join(told)})"

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")
