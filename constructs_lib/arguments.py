"""Arguments that several constructs share: the fields of a value, given as keywords."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from constructs import Construct

from constructs_lib.signatures import check_names

P = ParamSpec("P")
S = TypeVar("S")
V = TypeVar("V")


def takes(
    value: Callable[P, V],
) -> Callable[
    [Callable[[S, Construct, str, V], None]], Callable[Concatenate[S, Construct, str, P], None]
]:
    """Let a constructor that gets a value take the fields of the value as keywords.

    So its arguments have their types, defaults and descriptions in one place, from which type
    checkers, `help` and the checks of arguments read them.

    Args:
        value: the class of the value.
    """

    def with_keywords(
        init: Callable[[S, Construct, str, V], None],
    ) -> Callable[Concatenate[S, Construct, str, P], None]:
        taken: Any = value

        @wraps(init)
        def taking(
            construct: S, scope: Construct, id: str, /, *no: P.args, **given: P.kwargs
        ) -> None:
            check_names(type(construct).__name__, taken, given)
            init(construct, scope, id, value(*no, **given))

        positional = list(inspect.signature(init).parameters.values())[:-1]
        keywords = inspect.signature(value).parameters.values()
        attributes: Any = taking
        attributes.__signature__ = inspect.Signature([*positional, *keywords])
        attributes.takes = value
        return taking

    return with_keywords
