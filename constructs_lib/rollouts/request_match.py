"""Requests that always go to one track, by header or cookie."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from constructs_lib.errors import reject
from constructs_lib.rules import check_distinct
from constructs_lib.values import Value

# https://www.rfc-editor.org/rfc/rfc9110#name-tokens
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
_VALUE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class HeaderMatch(Value):
    """Requests with this header.

    Args:
        name: of the header; case does not matter.
        value: the whole of it.

    Raises:
        ConfigurationError: the name is no token, or the value has other
            characters than letters, digits, ``_``, ``.`` and ``-``.
    """

    name: str
    value: str

    def __post_init__(self) -> None:
        _check("HeaderMatch", self.name, self.value)


class CookieMatch(Value):
    """Requests with this cookie.

    Args:
        name: of the cookie.
        value: the whole of it.

    Raises:
        ConfigurationError: as `HeaderMatch`.
    """

    name: str
    value: str

    def __post_init__(self) -> None:
        _check("CookieMatch", self.name, self.value)


Match = HeaderMatch | CookieMatch


def check_unambiguous(field: str, matches: Iterable[Match]) -> None:
    """Refuse two matches for the same requests: names of headers differ by more than case."""
    check_distinct(
        field,
        [
            replace(match, name=match.name.lower()) if isinstance(match, HeaderMatch) else match
            for match in matches
        ],
    )


def _check(kind: str, name: str, value: str) -> None:
    if not _TOKEN.fullmatch(name):
        reject(f"{kind}.name", name, "use a token such as 'X-Canary'")
    if not _VALUE.fullmatch(value):
        reject(f"{kind}.value", value, "use letters, digits, '_', '.', '-'")
