"""The one exception of this library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self


class ConfigurationError(ValueError):
    """A value that cannot work, met where it is written.

    Args:
        field: what was written, as ``Class.field`` or the name of an argument.
        value: what it was set to.
        works: what would work instead, as a phrase.
    """

    def __init__(self, field: str, value: object, works: str) -> None:
        super().__init__(f"{field}: got {value!r}; {works}")

    @classmethod
    def of_all(cls, problems: Iterable[ConfigurationError]) -> Self:
        """Gather the problems of a whole platform in one error, one a line."""
        gathered = cls.__new__(cls)
        ValueError.__init__(gathered, "\n".join(str(problem) for problem in problems))
        return gathered
