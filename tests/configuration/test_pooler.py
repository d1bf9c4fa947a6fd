"""A client of the pooler gets its answer in time, or is told that there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from constructs_lib.facts import LogFormat
from tests.configuration.programs.database import database_of, password
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import secrets
from tests.configuration.programs.pooler import pooler, started
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import Files, ask, own_parameters, server
from tests.configuration.programs.waiting import becomes
from tests.observability.elk.grok import read

ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> 'postgres'"


@contextmanager
def clients(system: Debian, folder: Path, files: Files) -> Iterator[Callable[..., str]]:
    """Run a pooler that gives statements up after a second, and yield what asks a database."""
    port = free_port()
    parameters = own_parameters(system, folder, files) | {"shared_buffers": "128MB"}
    with server(system, folder, parameters) as (_, primary):
        ask(system, primary, "CREATE ROLE shop LOGIN")
        ask(system, primary, "CREATE DATABASE shop OWNER shop")

        def answer(database: str, *statements: str, options: str = "") -> str:
            url = f"postgres://shop:secret@127.0.0.1:{port}/{database}?sslmode=require{options}"
            words = (word for statement in statements for word in ("-c", statement))
            return system.run("psql", "-XAtq", url, *words).stdout.strip()

        with pooler(
            *(system, folder, files),
            port=port,
            primary=primary,
            password="secret",
            places={"= ''20s''": "= ''1s''"},
        ) as log:
            limited = becomes(lambda: answer("shop", "SHOW statement_timeout") == "1s")
            assert limited, log.read_text()
            yield answer


@pytest.mark.mission("B107")
def test_a_statement_is_given_up_unless_its_transaction_says_otherwise(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    with clients(system, folder, files) as answer:
        assert "canceling statement due to statement timeout" in answer(
            "shop", "SELECT pg_sleep(5)"
        )
        longer = ("BEGIN", "SET LOCAL statement_timeout = 0", "SELECT pg_sleep(2), 'done'")
        assert answer("shop", *longer, "COMMIT") == "|done"
        assert answer("shop", "SHOW statement_timeout") == "1s"


def refused(log: Path) -> list[str]:
    """Return the messages of lines that say that somebody was not let in."""
    found = (read(LogFormat.POSTGRES, line) for line in log.read_text().splitlines())
    messages = [fields["[text]"] for fields in found if fields]
    return [text for text in messages if re.search("|".join(LogFormat.POSTGRES.refusals), text)]


@pytest.mark.mission("B65")
def test_who_comes_in_and_who_is_refused_is_written_down(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    port, inside = free_port(), system.inside(folder)
    parameters = own_parameters(system, folder, files) | {
        "shared_buffers": "128MB",
        "logging_collector": "on",
        "log_directory": inside,
        "log_filename": "server.log",
    }
    with server(system, folder, parameters) as (data, primary):
        ask(system, primary, "CREATE ROLE shop LOGIN")
        with pooler(*(system, folder, files), port=port, primary=primary, password="secret") as log:

            def answer(password: str) -> str:
                url = f"postgres://shop:{password}@127.0.0.1:{port}/postgres?sslmode=require"
                return system.run("psql", "-XAtq", url, "-c", "SELECT 1").stdout.strip()

            members = folder / "server.log"
            assert becomes(lambda: answer("secret") == "1"), log.read_text()
            assert "connection authorized: user=shop" in members.read_text()
            assert refused(log) == refused(members) == []
            answer("guess")
            assert becomes(lambda: refused(log)), log.read_text()
            (data / "pg_hba.conf").write_text(
                "host all guest all reject\nhost all postgres,shop,locked all trust\n"
            )
            for statement in (
                "CREATE ROLE locked",
                "CREATE DATABASE closed",
                "REVOKE ALL ON DATABASE closed FROM PUBLIC",
                "SELECT pg_reload_conf()",
            ):
                ask(system, primary, statement)
            for user, name in (
                ("guest", "postgres"),
                ("nobody", "postgres"),
                ("locked", "postgres"),
                ("shop", "closed"),
            ):
                url = f"postgres://{user}@127.0.0.1:{primary}/{name}?sslmode=require"
                assert system.run("psql", url, "-c", "SELECT 1").returncode != 0
            assert len(refused(members)) == 4, members.read_text()


@pytest.mark.mission("B64")
def test_a_pooler_changes_its_user_and_no_client_is_refused(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    parameters = own_parameters(system, folder, files) | {"shared_buffers": "128MB"}
    port = free_port()

    def knows(user: str) -> None:
        secrets(folder, "pooler", username=user, password=password("first", user))

    def comes_in(word: str = "first") -> bool:
        asked = ("psql", "-XAtq", "-h", "127.0.0.1", "-p", str(port), "-U", "api", "-c", "SELECT 1")
        told = {"PGPASSWORD": password(word, "api"), "PGSSLMODE": "require"}
        doors = ("shop", "shop_session")
        return all(system.run(*asked, door, env=told).stdout.strip() == "1" for door in doors)

    knows("pooler=1")
    with (
        database_of(system, folder, files, parameters) as database,
        started(system, folder, files, port=port, primary=database.port) as log,
    ):

        def asks(user: str) -> bool:
            return user in database.ask("SELECT usename FROM pg_stat_activity").splitlines()

        assert becomes(comes_in), log.read_text()
        assert asks("pooler=1")

        def change(before: str, user: str) -> None:
            knows(user)
            seen = [comes_in()]
            changed = folder / "run" / "pgbouncer.ini"
            assert becomes(lambda: f"='{user}'" in changed.read_text())
            # What it has is ended, as half an hour would.
            database.ask(ENDED)
            seen += [comes_in() for _ in range(5)]
            assert all(seen), log.read_text()
            assert asks(user), log.read_text()
            assert not asks(before)

        change("pooler=1", "pooler-2")
        change("pooler-2", "pooler=1")
        assert not comes_in(word="another")


def test_a_session_keeps_its_connection_and_has_no_limit(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    with clients(system, folder, files) as answer:
        session = "shop_session"
        assert answer(session, "SELECT current_database(), pg_sleep(2)") == "shop|"
        # What a session holds is there for its next statement, and gone with it.
        locked = answer(
            session,
            "SELECT pg_advisory_lock(1)",
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
        )
        assert locked.splitlines()[-1] == "1"
        assert answer(session, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0"
        assert 'notification "orders"' in answer(session, "LISTEN orders", "NOTIFY orders")
        index = ("CREATE TABLE t (id int)", "CREATE INDEX CONCURRENTLY i ON t (id)")
        answer(session, *index)
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"
        assert answer(session, valid) == "t"
        assert answer(session, "SET statement_timeout = 5", "SELECT 1") == "1"
        assert answer(session, "SHOW statement_timeout") == "0"
        # Nothing but what the program names.
        assert "no such database" in answer("template1", "SELECT 1")


def test_startup_options_are_honoured_or_refused(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    """A search path is of the client that asked for it, whoever has its connection next."""
    assert certificate.parent == owned
    with clients(system, folder, files) as answer:
        told = "&options=-c%20{}"
        tenant = told.format("search_path%3Dtenant")
        answer("shop", "CREATE SCHEMA tenant", "CREATE TABLE tenant.t AS SELECT 1 AS n")
        assert answer("shop", "SELECT n FROM t", options=tenant) == "1"
        assert answer("shop", "SHOW search_path") == '"$user", public'
        refused = answer("shop", "SELECT 1", options=told.format("statement_timeout%3D0"))
        assert "unsupported startup parameter in options: statement_timeout" in refused


@pytest.mark.parametrize(
    ("database", "path", "sees"),
    [
        ("shop", "SET search_path = tenant", "SELECT n FROM t"),
        # As pg_dump does. Among transactions PgBouncer 1.26 would end it, since it cannot set this.
        ("shop_session", "SELECT set_config('search_path', '', false)", "SELECT n FROM tenant.t"),
    ],
)
def test_a_search_path_is_of_one_client(
    system: Debian,
    folder: Path,
    certificate: Path,
    owned: Path,
    files: Files,
    database: str,
    path: str,
    sees: str,
) -> None:
    """While others are given its connection, they find their tables, and it finds its own."""
    assert certificate.parent == owned
    with clients(system, folder, files) as answer:
        answer("shop", "CREATE TABLE t AS SELECT 1 AS n", "CREATE SCHEMA tenant")
        answer("shop", "CREATE TABLE tenant.t AS SELECT 2 AS n")
        with ThreadPoolExecutor() as one:
            found = one.submit(answer, database, path, r"\! sleep 3", sees)
            others = [answer("shop", "SELECT n FROM t") for _ in range(20) if not found.done()]
            assert set(others) == {"1"}
            assert found.result() == "2"
