"""A database is copied from PostgreSQL 15 to 18, as the page on major versions says."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.configuration.conftest import ROOT
from tests.configuration.programs.database import Database, database_of, password
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import OWNER
from tests.configuration.programs.pooler import started
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import Files, own_parameters
from tests.configuration.programs.waiting import becomes

PAGE = (ROOT / "docs/how-to/move-to-a-new-major-version.md").read_text()
SUM = "SELECT count(*), sum(id), sum(amount), max(note) FROM orders"


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """A cluster, before or after.

    Args:
        database: its server.
        port: of its pooler.
        authority: that its pooler's certificate is of, as a file of the system of clients.
    """

    database: Database
    port: int
    authority: str

    def env(self, prefix: str) -> dict[str, str]:
        """Return what a job is told of its door for sessions."""
        told = {
            "HOST": "localhost",
            "PORT": str(self.port),
            "DATABASE": "shop_session",
            "USER": OWNER,
            "PASSWORD": password("first", OWNER),
            "CA": self.authority,
        }
        return {f"{prefix}_{name}": value for name, value in told.items()}


@contextmanager
def side(system: Debian, folder: Path, clients: Debian, door: Path, files: Files) -> Iterator[Side]:
    """Run a server in a system, and its pooler in that of clients."""
    parameters = own_parameters(system, folder, files) | {"shared_buffers": "128MB"}
    system.run("chown", "-R", "postgres:postgres", system.inside(folder))
    with ExitStack() as stack:
        database = stack.enter_context(database_of(system, folder, files, parameters))
        for secret in ("pooler", "tls"):
            shutil.copytree(folder / secret, door / secret)
        port = free_port()
        log = stack.enter_context(started(clients, door, files, port=port, primary=database.port))
        made = Side(database=database, port=port, authority=f"{clients.inside(door)}/tls/ca.crt")
        url = f"host=localhost port={port} dbname=shop_session user='{OWNER}' sslmode=require"
        told = {"PGPASSWORD": password("first", OWNER)}
        ask = ("psql", "-XAtq", url, "-c", "SELECT 1")
        assert becomes(lambda: clients.run(*ask, env=told).returncode == 0), log.read_text()
        yield made


def script() -> str:
    """Return what the job of the page runs."""
    (text,) = re.findall(r'COPY = """\\\n(.*?)"""', PAGE, re.DOTALL)
    return str(text)


def statements(part: str) -> list[str]:
    """Return what the page has the superuser say below a heading or a step."""
    return re.findall(r'psql -c "([^"]+)"', PAGE.partition(part)[2])


@pytest.mark.mission("B119")
def test_a_database_moves_and_may_go_back(
    system: Debian, old_system: Debian, folder: Path, certificate: Path, files: Files
) -> None:
    assert certificate.parent == folder
    with ExitStack() as stack:
        there = stack.enter_context(old_system.folder())
        doors = [stack.enter_context(system.folder()) for _ in range(2)]
        shutil.copytree(certificate, there / "tls")
        old = stack.enter_context(side(old_system, there, system, doors[0], files))
        new = stack.enter_context(side(system, folder, system, doors[1], files))
        before, after = old.database, new.database
        assert before.ask("SHOW server_version").startswith("15.")
        assert after.ask("SHOW server_version").startswith("18.")

        def copy() -> subprocess.CompletedProcess[str]:
            told = old.env("OLD") | new.env("NEW")
            return system.run("bash", "-c", script(), user="postgres", env=told)

        for each in (before, after):
            login = ("-h", "127.0.0.1", "-p", str(each.port), "-U", "postgres", "shop")
            extended = each.system.run("psql", *login, "-c", "CREATE EXTENSION hstore")
            assert extended.returncode == 0, extended.stdout
        said = before.does(
            OWNER,
            "CREATE SCHEMA billing",
            "CREATE TABLE billing.customers (id int PRIMARY KEY, tags hstore)",
            "INSERT INTO billing.customers VALUES (1, 'a=>1')",
            "CREATE TABLE orders (id bigserial PRIMARY KEY, amount numeric, note text,"
            " customer int REFERENCES billing.customers)",
            "COMMENT ON TABLE orders IS 'of customers'",
            "CREATE INDEX ON orders (amount)",
            "CREATE VIEW large AS SELECT * FROM orders WHERE amount > 10",
            "INSERT INTO orders (amount, note, customer)"
            " SELECT n, repeat('ö', 10), 1 FROM generate_series(1, 5000) AS n",
            "SELECT lo_from_bytea(4711, 'large')",
        )
        assert said == "4711"

        rehearsed = copy()
        assert rehearsed.returncode == 0, rehearsed.stdout
        assert "copied in" in rehearsed.stdout
        assert after.does("reports", SUM) == before.does("reports", SUM)
        assert after.does(OWNER, "SELECT lo_get(4711)") == before.does(OWNER, "SELECT lo_get(4711)")
        # Rights come along, and numbers go on.
        assert "permission denied" in after.does("reports", "DELETE FROM orders")
        more = "INSERT INTO orders (amount) VALUES (1) RETURNING id"
        assert after.does("api", more) == "5001"

        # The old one went on meanwhile, until it is told.
        assert before.does("api", more) == "5001"
        for statement in statements("**Nobody writes.**")[:2]:
            before.ask(statement)
        assert "read-only transaction" in before.does("api", more)
        last = before.does("reports", SUM)
        final = copy()
        assert final.returncode == 0, final.stdout
        assert after.does("reports", SUM) == last
        assert after.does("api", more) == "5002"

        (back,) = statements("**To go back**")
        before.ask(back)
        assert before.does("api", more) == "5002"
