"""Databases that a program names are there with what it names for them, and stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from constructs_lib import Database
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.postgres import Owner, Reader, Writer
from constructs_lib.postgres.extensions import CONTRIB
from constructs_lib.postgres.logins import login_files
from tests.configuration.programs import database as programs
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import secrets
from tests.configuration.programs.postgresql import Files, ask, server
from tests.configuration.programs.waiting import becomes

OWNED = Owner(secret=replace(Owner().secret, name="audit-owner"))
READ = Reader(secret=replace(Reader().secret, name="audit-reader"))
MADE = "SELECT string_agg(extname || extversion, ' ' ORDER BY extname) FROM pg_extension"
NEWEST = "SELECT default_version FROM pg_available_extensions WHERE name = 'hstore'"
Running = tuple[programs.Database, Callable[..., None]]


@pytest.fixture
def running(system: Debian, folder: Path, certificate: Path, files: Files) -> Iterator[Running]:
    """Give what runs, and what has it know databases."""
    assert certificate.parent == folder
    preloaded = {"shared_preload_libraries": "pg_stat_statements"}
    with programs.database_of(system, folder, files, preloaded) as made:
        for role, user in ((OWNED, "auditor"), (READ, "inspector")):
            both = {"username": user, "next-username": f"{user}-2"}
            words = {key.replace("username", "password"): "s3cret" for key in both}
            secrets(folder, f"roles/{role.secret.name}", **both, **words)

        def know(*databases: Database) -> None:
            (listed,) = (each for each in login_files(databases) if isinstance(each, ConfigFiles))
            text = listed.files["databases.json"].replace("/run/secrets", system.inside(folder))
            (folder / "databases.json").write_text(text)
            with made.keep() as said:
                assert becomes(lambda: "users are up to date" in said.read_text()), said.read_text()

        yield made, know


def within(made: programs.Database, database: str, statement: str) -> str:
    """Return what the superuser is told in a database."""
    login = ("-h", "127.0.0.1", "-p", str(made.port), "-U", "postgres", database)
    return made.system.run("psql", "-XAtq", *login, "-c", statement).stdout.strip()


def test_each_has_its_owner_and_its_order_and_stays(running: Running) -> None:
    made, know = running
    audit = Database(name="audit", roles=[OWNED, READ], locale="C", extensions=["hstore"])
    know(Database(name="shop"), audit)
    asked = "SELECT pg_get_userbyid(datdba), datcollate FROM pg_database WHERE datname = 'audit'"
    assert made.ask(asked) == "auditor|C"
    assert "hstore" in within(made, "audit", MADE)
    assert "hstore" not in within(made, "shop", MADE)
    opened = "SELECT has_database_privilege('{}', '{}', 'CONNECT')"
    pairs = [(user, name) for user in ("api", "inspector") for name in ("shop", "audit")]
    assert [made.ask(opened.format(*pair)) for pair in pairs] == ["t", "f", "f", "t"]
    within(made, "audit", "CREATE TABLE kept AS SELECT 1 AS n")
    know(Database(name="shop"))
    assert within(made, "audit", "SELECT n FROM kept") == "1"
    assert made.ask("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'auditor'") == "f"
    know(Database(name="shop"), audit)
    assert made.ask("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'auditor'") == "t"


def test_a_role_of_two_databases_is_one_user(running: Running) -> None:
    made, know = running
    know(Database(name="shop"), Database(name="mail", roles=[Owner(), Writer()]))
    within(made, "mail", 'SET ROLE "Shop=1"; CREATE TABLE letters AS SELECT 1 AS n')
    assert within(made, "mail", "SET ROLE api; SELECT n FROM letters") == "1"


def test_extensions_are_as_new_as_the_image(running: Running) -> None:
    made, know = running
    know(Database(name="shop", extensions=["earthdistance", "uuid-ossp"]))
    # With what it needs.
    found = within(made, "shop", MADE)
    assert "cube1" in found
    assert "earthdistance1" in found
    assert "uuid-ossp1" in found
    newest = made.ask(NEWEST)
    within(made, "shop", "CREATE EXTENSION hstore VERSION '1.4'")
    assert "hstore1.4 " in within(made, "shop", MADE)
    know(Database(name="shop", extensions=["hstore"]))
    assert f"hstore{newest}" in within(made, "shop", MADE)
    assert newest != "1.4"
    assert "uuid-ossp1" in within(made, "shop", MADE), "not named any more"


def test_what_comes_with_postgresql_is_known(system: Debian, folder: Path, owned: Path) -> None:
    assert folder == owned
    with server(system, folder, {"unix_socket_directories": system.inside(folder)}) as (_, port):
        there = ask(system, port, "SELECT name FROM pg_available_extensions").split()
        assert set(CONTRIB) <= set(there)
        # New in 18.
        assert set(there) - set(CONTRIB) == {"pg_logicalinspect"}
