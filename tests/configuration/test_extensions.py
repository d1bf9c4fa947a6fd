"""Extensions that a program names are there, as new as the image has them, and stay."""

from __future__ import annotations

from pathlib import Path

from constructs_lib.postgres.extensions import CONTRIB
from tests.configuration.programs.database import database_of
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.postgresql import Files, ask, server
from tests.configuration.programs.waiting import becomes

MADE = "SELECT string_agg(extname || extversion, ' ' ORDER BY extname) FROM pg_extension"
NEWEST = "SELECT default_version FROM pg_available_extensions WHERE name = 'hstore'"


def test_extensions(system: Debian, folder: Path, certificate: Path, files: Files) -> None:
    assert certificate.parent == folder
    preloaded = {"shared_preload_libraries": "pg_stat_statements"}
    with database_of(system, folder, files, preloaded) as database:

        def keeps(names: str, word: str) -> None:
            database.give(word)
            env = {"PGPORT": str(database.port), "DATABASE": "shop", "EXTENSIONS": names}
            with system.running(database.script, "watch", user="postgres", env=env) as said:
                assert becomes(lambda: "users are up to date" in said.read_text()), said.read_text()

        def made() -> str:
            login = ("-h", "127.0.0.1", "-p", str(database.port), "-U", "postgres", "shop")
            return system.run("psql", "-XAtq", *login, "-c", MADE).stdout

        keeps('["earthdistance", "uuid-ossp"]', "second")
        # With what it needs.
        assert "cube1" in made()
        assert "earthdistance1" in made()
        assert "uuid-ossp1" in made()
        newest = database.ask(NEWEST)
        login = ("-h", "127.0.0.1", "-p", str(database.port), "-U", "postgres", "shop")
        system.run("psql", *login, "-c", "CREATE EXTENSION hstore VERSION '1.4'")
        assert "hstore1.4 " in made()
        keeps('["hstore"]', "third")
        assert f"hstore{newest}" in made()
        assert newest != "1.4"
        assert "uuid-ossp1" in made(), "not named any more"


def test_what_comes_with_postgresql_is_known(system: Debian, folder: Path, owned: Path) -> None:
    assert folder == owned
    with server(system, folder, {"unix_socket_directories": system.inside(folder)}) as (_, port):
        there = ask(system, port, "SELECT name FROM pg_available_extensions").split()
        assert set(CONTRIB) <= set(there)
        # New in 18.
        assert set(there) - set(CONTRIB) == {"pg_logicalinspect"}
