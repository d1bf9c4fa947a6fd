"""Roles have the passwords of now, and nothing that people read has any of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.postgres.assets import verifiers
from tests.configuration.programs.database import Database, database_of, password
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import OWNER, secrets
from tests.configuration.programs.postgresql import Files
from tests.configuration.programs.waiting import becomes

# All that a server can log and count of a statement, most of which the platform leaves off.
LOUD = {
    "deadlock_timeout": "100ms",
    "log_filename": "server.log",
    "log_lock_waits": "on",
    "log_min_duration_sample": "0",
    "log_min_duration_statement": "0",
    "log_min_error_statement": "debug5",
    "log_statement": "all",
    "log_transaction_sample_rate": "1",
    "logging_collector": "on",
    "pg_stat_statements.track": "all",
    "shared_preload_libraries": "pg_stat_statements",
}
WAITS = "FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
SHOWN = "SELECT * FROM pg_stat_activity"
KEPT = "SELECT rolpassword FROM pg_authid WHERE rolname = '{}'"


@pytest.fixture
def database(system: Debian, folder: Path, certificate: Path, files: Files) -> Iterator[Database]:
    """Give a database that was made with the first passwords."""
    assert certificate.parent == folder
    with database_of(system, folder, files, LOUD) as made:
        yield made


@pytest.mark.mission("B62")
def test_no_password_is_logged_counted_or_shown(database: Database) -> None:
    """However long it takes to set it, and whatever comes in between."""
    shown = []
    database.give("second")
    lock = "BEGIN; LOCK TABLE pg_authid IN SHARE MODE; SELECT pg_sleep(4)"
    login = ("psql", "-h", "127.0.0.1", "-p", str(database.port), "-U", "postgres", "-c")
    with database.system.running(*login, lock), database.keep() as said:
        for ended in (True, False):
            assert becomes(lambda: database.ask(f"SELECT pid {WAITS}")), said.read_text()
            shown.append(database.ask(SHOWN))
            if ended:
                database.ask(f"SELECT pg_terminate_backend(pid) {WAITS}")
                assert becomes(lambda: "terminating connection" in said.read_text())
        assert becomes(lambda: database.lets_in("second")), said.read_text()

    database.give("third")
    database.set("default_transaction_read_only", "on")
    with database.keep() as said:
        assert becomes(lambda: "read-only transaction" in said.read_text())
        database.set("default_transaction_read_only", "off")
        assert becomes(lambda: database.lets_in("third")), said.read_text()

    shown.append(database.ask(SHOWN))
    seen = {
        "counted": database.ask("SELECT query FROM pg_stat_statements"),
        "logged": (database.folder / "server.log").read_text(),
        "shown": "\n".join(shown),
    }
    for text in seen.values():
        assert "s3cret" not in text
        assert "SCRAM-SHA-256$" not in text
    assert "CREATE SCHEMA" in seen["counted"]
    assert "CREATE SCHEMA" in seen["logged"]
    assert "pg_sleep(4)" in seen["shown"]


@pytest.mark.mission("B64")
def test_a_new_primary_sets_the_passwords_of_now(database: Database) -> None:
    """Also those that changed while another member was primary, or none was. Others stay."""
    kept = database.ask(KEPT.format("monitor"))
    database.give("second")
    secrets(database.folder, "credentials", monitor=password("first", "monitor"))
    with database.keep() as said:
        assert becomes(lambda: database.lets_in("second", OWNER, "standby")), said.read_text()
    assert database.ask(KEPT.format("monitor")) == kept


def test_a_password_does_not_wait_for_a_standby_that_may_need_it(database: Database) -> None:
    database.give("second")
    database.set("synchronous_standby_names", "nobody")
    with database.keep() as said:
        assert becomes(lambda: database.lets_in("second")), said.read_text()


def test_the_server_makes_the_same_of_a_password(database: Database) -> None:
    """Of what it changes before, and of what it refuses to change."""
    for each in (
        *("r\u00e9sum\u00e9", "re\u0301sume\u0301", "I\u00adX", "a\u00a0b", "a\u200bb", "\u2168"),
        *("\u0627\u0628", "\u0627\u0031", "\u00e9\u0007", "\u00ad", "\u0340", "\U0001f511"),
    ):
        database.ask(f"ALTER ROLE \"{OWNER}\" PASSWORD '{each}'")
        assert verifiers.is_of(database.ask(KEPT.format(OWNER)), each), ascii(each)


def test_others_may_alter_a_role_meanwhile(database: Database) -> None:
    """Patroni does, and gives up a cluster that it makes where it fails."""
    database.give("second")
    alter = "ALTER ROLE standby LOGIN; SELECT pg_sleep(4)"
    login = ("psql", "-h", "127.0.0.1", "-p", str(database.port), "-U", "postgres", "-c")
    with database.system.running(*login, alter), database.keep() as said:
        assert becomes(lambda: database.lets_in("second")), said.read_text()
        assert "not up to date" not in said.read_text()
