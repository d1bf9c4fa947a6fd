"""The exception of arguments that cannot work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self


class ConfigurationError(ValueError):
    """An argument that cannot work, raised where it is given.

    Args:
        field: as ``Class.field``, or the name of an argument.
        value: of the field; ``(hidden)`` for a secret.
        works: the values that would work, as a phrase.
    """

    def __init__(self, field: str, value: object, works: str) -> None:
        super().__init__(f"{field}: got {value!r}; {works}")

    @classmethod
    def of_all(cls, problems: Iterable[ConfigurationError]) -> Self:
        """Return one error with all problems of a platform, one a line."""
        gathered = cls.__new__(cls)
        ValueError.__init__(gathered, "\n".join(str(problem) for problem in problems))
        return gathered
