"""The owner makes tables, writers and readers find them at once, and neither can do more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.configuration.programs.certificate import sign
from tests.configuration.programs.database import Database, database_of, password
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import OWNER, secrets
from tests.configuration.programs.postgresql import Files
from tests.configuration.programs.waiting import becomes

PRELOADED = {"shared_preload_libraries": "pg_stat_statements"}
MADE = (
    "CREATE TABLE orders (id serial PRIMARY KEY, item text)",
    "CREATE SCHEMA stock",
    "CREATE TABLE stock.cups (id bigint GENERATED ALWAYS AS IDENTITY, size int)",
    "CREATE VIEW stock.large AS SELECT * FROM stock.cups WHERE size > 3",
)


@pytest.fixture
def database(system: Debian, folder: Path, certificate: Path, files: Files) -> Iterator[Database]:
    """Give a database with what a migration made in it."""
    assert certificate.parent == folder
    with database_of(system, folder, files, PRELOADED) as made:
        assert made.does(OWNER, *MADE) == ""
        yield made


@pytest.fixture(scope="module")
def shared(system: Debian, files: Files) -> Iterator[Database]:
    """Give one to those that change nothing in it."""
    with system.folder() as folder:
        (folder / "tls").mkdir()
        sign(folder / "tls")
        with database_of(system, folder, files, PRELOADED) as made:
            assert made.does(OWNER, *MADE) == ""
            yield made


@pytest.mark.mission("B65")
@pytest.mark.parametrize("user", ["api", "api-2"])
def test_a_writer_reads_and_writes_what_a_migration_made(database: Database, user: str) -> None:
    told = database.does(
        user,
        "INSERT INTO orders (item) VALUES ('cup') RETURNING id, item",
        "UPDATE orders SET item = 'mug' RETURNING item",
        "INSERT INTO stock.cups (size) VALUES (4)",
        "SELECT count(*) FROM stock.large",
        "DELETE FROM orders RETURNING item",
        "SELECT currval('orders_id_seq')",
        "CREATE TEMPORARY TABLE mine AS SELECT 1",
    )
    assert told.split() == ["1|cup", "mug", "1", "mug", "1"]


@pytest.mark.mission("B65")
@pytest.mark.parametrize("user", ["api", "reports"])
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE orders",
        "ALTER TABLE orders ADD COLUMN price int",
        "CREATE INDEX ON orders (item)",
        "TRUNCATE orders",
        "CREATE TABLE mine (id int)",
        "CREATE TABLE stock.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP DATABASE shop",
        "ALTER DATABASE shop SET work_mem = '1GB'",
        "SELECT rolpassword FROM pg_authid",
        "SELECT * FROM pg_shadow",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY orders TO PROGRAM 'id'",
        f'SET ROLE "{OWNER}"',
        f"ALTER ROLE \"{OWNER}\" PASSWORD 'mine'",
    ],
)
def test_nobody_but_the_owner_changes_what_there_is(
    shared: Database, user: str, statement: str
) -> None:
    told = shared.does(user, statement)
    assert told.startswith("ERROR:"), told
    assert "permission denied" in told or "must be owner" in told, told


@pytest.mark.mission("B65")
def test_a_reader_only_reads(shared: Database) -> None:
    assert shared.does("reports", "SELECT count(*) FROM orders") == "0"
    assert shared.does("reports", "SELECT count(*) FROM stock.large") == "0"
    assert shared.does("reports", "SELECT last_value FROM orders_id_seq") == "1"
    for statement in (
        "INSERT INTO orders (item) VALUES ('cup')",
        "UPDATE orders SET item = 'mug'",
        "DELETE FROM stock.cups",
        "SELECT nextval('orders_id_seq')",
        "SELECT * FROM orders FOR UPDATE",
        "BEGIN; LOCK TABLE orders IN EXCLUSIVE MODE",
        "CREATE TEMPORARY TABLE mine AS SELECT 1",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'mine')",
    ):
        assert "permission denied" in shared.does("reports", statement), statement
    assert shared.does("api", "SELECT lo_create(7)", "SELECT lo_unlink(7)") == "7\n1"


def test_databases_of_others_are_closed(shared: Database) -> None:
    closed = "SELECT has_database_privilege('{}', 'shop', 'CONNECT')"
    users = (OWNER, "api", "reports", "monitor", "pooler=1")
    assert [shared.ask(closed.format(user)) for user in users] == ["t", "t", "t", "f", "f"]


def test_what_the_owner_revokes_stays_revoked(database: Database) -> None:
    """Also where passwords change, and on a new primary."""
    database.does(OWNER, "REVOKE UPDATE, DELETE ON orders FROM shop_writers")
    database.give("second")
    with database.keep() as said:
        assert becomes(lambda: database.lets_in("second")), said.read_text()
    told = database.does("api", "DELETE FROM orders", word="second")
    assert "permission denied" in told
    assert database.does("api", "INSERT INTO orders (item) VALUES ('cup')", word="second") == ""


def test_a_database_that_was_there_is_opened(database: Database) -> None:
    """With what its owner made before there were roles."""
    database.does(
        OWNER,
        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM shop_readers",
        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM shop_readers",
        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON SCHEMAS FROM shop_readers",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public, stock FROM shop_readers, shop_writers",
    )
    assert "permission denied" in database.does("reports", "SELECT * FROM orders")
    with database.keep() as said:
        assert becomes(lambda: database.does("reports", "SELECT * FROM orders") == ""), said
        assert becomes(lambda: database.does("api", "DELETE FROM stock.cups") == ""), said


@pytest.mark.mission("B64")
def test_passwords_change_in_turn_and_nobody_is_refused(database: Database) -> None:
    """Whoever hears first of a change, clients or the database: both users may come in."""

    def give(**content: str) -> None:
        secrets(database.folder, "roles/postgres-writer", **content)

    give(**{"next-username": "api-2", "next-password": password("second", "api-2")})
    with database.keep() as said:
        assert becomes(lambda: database.lets_in("second", "api-2")), said.read_text()
    assert database.lets_in("first", "api")
    # The two change places: clients take the next one as they hear of it.
    give(username="api-2", password=password("second", "api-2"))
    give(**{"next-username": "api", "next-password": password("first", "api")})
    with database.keep() as said:
        assert becomes(lambda: "users are up to date" in said.read_text())
        # Whoever has not heard of it yet still comes in.
        assert database.lets_in("first", "api")
        assert database.lets_in("second", "api-2")
    # Once all have, a third takes the place of the first.
    give(**{"next-username": "api-3", "next-password": password("third", "api-3")})
    with database.keep() as said:
        assert becomes(lambda: database.lets_in("third", "api-3")), said.read_text()
        assert database.does("api-3", "SELECT count(*) FROM orders", word="third") == "0"
        # Who is in no Secret any more is locked out; others are not.
        assert becomes(lambda: not database.lets_in("first", "api")), said.read_text()
    assert database.lets_in("second", "api-2")
    assert database.lets_in("first", "monitor", "reports")
