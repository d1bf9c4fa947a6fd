"""Connections to PostgreSQL, and what to do when one breaks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from queue import LifoQueue
from threading import Thread
from typing import TypeVar

import psycopg
import telemetry

# A pooler may let a statement wait for 45 seconds, and the proxy waits 60 for the answer.
_TRY_AGAIN_SECONDS = 15
_LOOK_SECONDS = 5
_ORIGIN = "SELECT set_config('application_name', %s, true)"
# Longer than a failover: a replica that leaves for that would only come back later.
_PATIENCE_SECONDS = 60

Result = TypeVar("Result")
Work = Callable[[psycopg.Connection], Result]


class Database:
    """The connections of one process, which may hold ``DATABASE_POOL_SIZE``."""

    def __init__(self) -> None:
        self._answered = -float("inf")
        # A place holds an idle connection, or None until somebody needs one.
        self._places: LifoQueue[psycopg.Connection | None] = LifoQueue()
        for _ in range(int(os.environ["DATABASE_POOL_SIZE"])):
            self._places.put(None)
        Thread(target=self._look, daemon=True).start()

    @property
    def answers(self) -> bool:
        """Whether the database has answered a short while ago."""
        return time.monotonic() - self._answered < _PATIENCE_SECONDS

    def run(self, work: Work[Result]) -> Result:
        """Do something in a transaction, and again where a failover broke it off.

        What is done must come to the same when it is done twice: nobody knows of a
        COMMIT that broke whether the database heard it.
        """
        last_try = time.monotonic() + _TRY_AGAIN_SECONDS
        pause = 0.1
        while True:
            try:
                return self._once(work)
            except psycopg.errors.QueryCanceled:
                raise  # It took too long, and would again.
            except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction) as error:
                if time.monotonic() + pause > last_try:
                    raise
                telemetry.log.warning("trying again: %s", error)
            time.sleep(pause)
            pause = min(2 * pause, 2)

    def _once(self, work: Work[Result]) -> Result:
        connection = self._places.get()
        try:
            connection = connection or connect()
            with connection.transaction():
                # Until the end of the transaction: the session is somebody else's then.
                connection.execute(_ORIGIN, (telemetry.origin(),))
                result = work(connection)
        except psycopg.Error:
            if connection:
                connection.close()
            connection = None
            raise
        finally:
            self._places.put(connection)
        self._answered = time.monotonic()
        return result

    def _look(self) -> None:
        while True:
            try:
                self._once(_nothing)
            except psycopg.Error as error:
                telemetry.log.warning("the database does not answer: %s", error)
            time.sleep(_LOOK_SECONDS)


def _nothing(connection: psycopg.Connection) -> None:
    connection.execute("SELECT")


def connect() -> psycopg.Connection:
    """Return a connection of one's own."""
    # libpq reads the PG… variables by itself. Files are read anew: the password may have changed.
    return psycopg.connect(
        user=_told("DATABASE_USERNAME_FILE"),
        password=_told("DATABASE_PASSWORD_FILE"),
        # A pooler gives each transaction another session, which may not know what was prepared.
        prepare_threshold=None,
    )


def _told(variable: str) -> str:
    return Path(os.environ[variable]).read_text().strip()
