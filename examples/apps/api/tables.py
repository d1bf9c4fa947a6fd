"""Makes the table of orders; with ``--check`` it only says, by its exit code, whether it is there.

The owner of the database runs it before a new version serves. The API itself can make no table.
"""

from __future__ import annotations

import sys

import psycopg
from database import connect

_TABLE = """
CREATE TABLE IF NOT EXISTS orders (
    id uuid PRIMARY KEY,
    item text NOT NULL,
    quantity integer NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now()
)
"""


def make(connection: psycopg.Connection) -> None:
    """Make it once, however many begin together."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('orders'))")
    connection.execute(_TABLE)


def is_there(connection: psycopg.Connection) -> bool:
    """Tell whether orders can be placed."""
    found = connection.execute("SELECT to_regclass('orders') IS NOT NULL").fetchone()
    return found == (True,)


if __name__ == "__main__":
    with connect() as connection:
        if sys.argv[1:] == ["--check"]:
            sys.exit(not is_there(connection))
        make(connection)
