"""A database whose users and passwords come from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from constructs_lib.postgres.assets import credentials
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import OWNER, USERS, logins, password_scripts, secrets
from tests.configuration.programs.postgresql import Files, ask, server
from tests.configuration.programs.waiting import becomes

HBA = "local all all trust\nhost all postgres all trust\nhost all all all scram-sha-256\n"


def password(word: str, role: str) -> str:
    return f"{word}'s \\ s3cret of {role}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """One whose passwords come from files.

    Args:
        system: where it runs.
        folder: of its files.
        port: where it listens.
        script: which keeps its passwords.
    """

    system: Debian
    folder: Path
    port: int
    script: str

    def give(self, word: str) -> None:
        """Write new passwords to the mounted Secrets."""
        own = {file.name: password(word, role) for role, file in credentials.PASSWORDS.items()}
        secrets(self.folder, "credentials", **own)
        logins(self.folder, lambda user: password(word, user))

    def keep(self) -> AbstractContextManager[Path]:
        """Keep the passwords as new as the files; give what is said of it."""
        env = {"PGPORT": str(self.port)}
        return self.system.running(self.script, "watch", user="postgres", env=env)

    def lets_in(self, word: str, *roles: str) -> bool:
        """Tell whether roles, or all of them, come in with the passwords that were given."""
        return all(
            self.system.run(
                *("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", role, "postgres"),
                *("-c", "SELECT 1"),
                env={"PGPASSWORD": password(word, role)},
            ).returncode
            == 0
            for role in roles or (*credentials.PASSWORDS, *chain(*USERS.values()))
        )

    def ask(self, statement: str) -> str:
        """Return what the superuser is told."""
        return ask(self.system, self.port, statement)

    def does(self, user: str, *statements: str, word: str = "first") -> str:
        """Return what a user is told in the database of applications."""
        login = ("-h", "127.0.0.1", "-p", str(self.port), "-U", user, "shop")
        words = (each for statement in statements for each in ("-c", statement))
        told = {"PGPASSWORD": password(word, user)}
        return self.system.run("psql", "-XAtq", *login, *words, env=told).stdout.strip()

    def set(self, parameter: str, value: str) -> None:
        """Change what the server does."""
        self.ask(f"ALTER SYSTEM SET {parameter} = '{value}'")
        self.ask("SELECT pg_reload_conf()")


@contextmanager
def database_of(
    system: Debian, folder: Path, files: Files, parameters: Mapping[str, str]
) -> Iterator[Database]:
    """Make a database with the first passwords, and run it."""
    inside = system.inside(folder)
    prepare, script = password_scripts(system, folder, files)
    parameters = dict(parameters) | {"unix_socket_directories": inside, "log_directory": inside}
    with server(system, folder, parameters) as (data, port):
        made = Database(system=system, folder=folder, port=port, script=script)
        made.give("first")
        system.run("chown", "-R", "postgres:postgres", inside)
        prepared = system.run(
            *(prepare, f"postgres://postgres@127.0.0.1:{port}/postgres"),
            user="postgres",
            env={"PGPORT": str(port)},
        )
        assert prepared.returncode == 0, prepared.stdout
        (data / "pg_hba.conf").write_text(HBA)
        made.ask("SELECT pg_reload_conf()")
        with made.keep() as said:
            assert becomes(lambda: made.lets_in("first")), said.read_text()
        assert not made.lets_in("another", OWNER)
        yield made
