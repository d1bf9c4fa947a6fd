"""One question to many: which of them do not pass, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")


def offenders(asked: Iterable[T], question: Callable[[T], object]) -> list[str]:
    """Return each that a question fails for, with what is wrong.

    Args:
        asked: whom the question is for; ``str`` of each says where it is.
        question: fails with an AssertionError, or a LookupError for what is not there.
    """
    found = []
    for each in asked:
        try:
            question(each)
        except (AssertionError, LookupError) as error:
            # What pytest adds, below the first line, is about this file and not about that one.
            found.append(f"{each}: {(str(error).splitlines() or ['no'])[0]}")
    return found


def no_offenders(asked: Iterable[T], question: Callable[[T], object]) -> None:
    """Fail with all that a question fails for, one a line.

    Args:
        asked: see `offenders`.
        question: see `offenders`.
    """
    found = offenders(asked, question)
    if found:
        pytest.fail("\n".join(found), pytrace=False)
