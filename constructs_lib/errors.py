"""The exception of arguments that cannot work, and how all of a call come together."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

# Of a whole value more than its beginning would hide what is said of it.
_LONGEST_SHOWN = 150


class ConfigurationError(ValueError):
    """An argument that cannot work, raised where it is given.

    Args:
        field: as ``Class.field``, or the name of an argument.
        value: of the field; ``(hidden)`` for a secret.
        works: the values that would work, as a phrase.
    """

    def __init__(self, field: str, value: object, works: str) -> None:
        self.field = field
        self.works = works
        self.problems: tuple[ConfigurationError, ...] = (self,)
        shown = repr(value)
        if len(shown) > _LONGEST_SHOWN:
            shown = f"{shown[:_LONGEST_SHOWN]}…"
        super().__init__(f"{field}: got {shown}; {works}")

    @classmethod
    def of_all(cls, problems: Iterable[ConfigurationError]) -> Self:
        """Return one error with several problems, one a line."""
        gathered = cls.__new__(cls)
        gathered.problems = tuple(each for problem in problems for each in problem.problems)
        gathered.field = ", ".join(each.field for each in gathered.problems)
        ValueError.__init__(gathered, "\n".join(map(str, gathered.problems)))
        return gathered


_gathering: list[list[ConfigurationError]] = []


def reject(field: str, value: object, works: str) -> None:
    """Raise a `ConfigurationError`, within `AllProblems` together with those that follow."""
    error = ConfigurationError(field, value, works)
    if not _gathering:
        raise error
    _gathering[-1].append(error)


class AllProblems:
    """Gathers what is rejected in a block, and raises it as one error at its end.

    The checks that follow a rejected argument run with it: what they raise is a consequence, and
    so is all that is said about the same argument again.
    """

    def __enter__(self) -> list[ConfigurationError]:
        _gathering.append([])
        return _gathering[-1]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        found = _gathering.pop()
        if not found or not isinstance(error, Exception | None):
            return
        first: dict[str, ConfigurationError] = {}
        for each in found:
            first.setdefault(each.field, each)
        problems = list(first.values())
        raise problems[0] if len(problems) == 1 else ConfigurationError.of_all(problems) from None
