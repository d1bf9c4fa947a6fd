"""Valid names of a database."""

from __future__ import annotations

import re

from constructs_lib.errors import reject

# PostgreSQL cuts names off at 63; groups and sessions have the name with a word at its end.
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,54}", re.ASCII)
# https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
_OWN = frozenset({"postgres", "template0", "template1", "pgbouncer"})


def check_database(name: str) -> None:
    """Refuse a name that needs quotes, is cut off, or belongs to PostgreSQL or PgBouncer."""
    if not _NAME.fullmatch(name):
        reject("database", name, "use at most 55 of a-z, 0-9 and '_', no digit first")
    if name in _OWN:
        reject("database", name, "leave this one, and name one of your own")
