"""Members come in at each other with the passwords of now, which are in no statement."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from constructs_lib.postgres.assets import verifiers
from tests.configuration.programs.cluster import Cluster, cluster, give_passwords
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.postgresql import Files
from tests.configuration.programs.waiting import becomes

STREAMS = "SELECT pid FROM pg_stat_replication WHERE state = 'streaming'"
KEPT = "SELECT rolpassword FROM pg_authid WHERE rolname = 'standby'"


@pytest.fixture
def database(system: Debian, files: Files) -> Iterator[Cluster]:
    with cluster(system, files) as running:
        yield running


@pytest.mark.mission("B64")
def test_a_standby_follows_with_a_new_password(database: Cluster) -> None:
    leader = database.leader()
    (standby,) = set(database.ports) - {leader}

    def ask(statement: str, login: str = "postgres", member: str = leader) -> str:
        return database.run(f'psql -XAtq "{login}" -c "{statement}"', member=member).strip()

    give_passwords(database.folder, "second")
    new = "second: s3cret of replication"
    assert becomes(lambda: verifiers.is_of(ask(KEPT), new))
    assert becomes(lambda: "second" in (database.folder / standby / "pgpass").read_text())
    before = ask(STREAMS)
    ask("SELECT pg_terminate_backend(pid) FROM pg_stat_replication")
    assert becomes(lambda: ask(STREAMS) not in {"", before}), database.logs[standby].read_text()

    host = f"host=127.0.0.1 port={database.ports[leader]} sslmode=require"
    rewinds = f"{host} user=rewinder dbname=postgres"
    assert ask("SELECT session_user", rewinds, standby) == "rewinder"

    logged = {member: log.read_text() for member, log in database.logs.items()}
    assert "CREATE ROLE monitor LOGIN" in logged[leader]
    assert "s3cret" not in "".join(logged.values())
