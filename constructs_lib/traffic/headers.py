"""Headers of responses that a route sets."""

from __future__ import annotations

import re
from collections.abc import Mapping

from constructs_lib.errors import reject
from constructs_lib.rules import check_distinct, check_text

_NAME = re.compile(r"[A-Za-z0-9-]+")
STRICT_TRANSPORT_SECURITY = "Strict-Transport-Security"
# Of each response, or of its connection: who answers knows them, and nobody else.
_NOT_OF_A_ROUTE = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "keep-alive",
        "set-cookie",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def check_headers(field: str, headers: Mapping[str, str]) -> None:
    """Refuse headers that cannot be sent, one twice, and what a controller would read otherwise."""
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            reject(field, name, "use letters, digits and '-'")
        if name.lower() == STRICT_TRANSPORT_SECURITY.lower():
            reject(field, name, "say it in Tls.hsts_seconds")
        if name.lower() in _NOT_OF_A_ROUTE:
            reject(field, name, "leave it to the application: it is another for each response")
        check_text(f"{field}[{name!r}]", value)
        if not value or set(value) & set("\n$\\"):
            reject(f"{field}[{name!r}]", value, "write one line without '$' and backslashes")
    check_distinct(field, [name.lower() for name in headers])
