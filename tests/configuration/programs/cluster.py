"""Members of the platform's database, with a vote of their own in place of Kubernetes."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from tests.configuration.programs.certificate import sign
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import logins, secrets, written
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import Files, in_folder, patroni

NO_REPOSITORIES: Mapping[str, str] = MappingProxyType({})
NO_ENV: Mapping[str, str] = MappingProxyType({})
_MEMBERS = ("postgres-0", "postgres-1")
_PATIENCE = 90
_SCRIPTS = {
    "copy-member.sh": (),
    "make-stanza.sh": (),
    "read-source.sh": ("/etc/pgbackrest",),
    "prepare-database.sh": (),
    "credentials.py": (
        *("/etc/databases", "/run/secrets", "/run/patroni", "/scripts", "/var/run/postgresql"),
        *("localhost:8008", "time.sleep(10)"),
    ),
    "create-databases.sql": (),
    "create-extensions.sql": (),
    "discard_unfinished.py": (),
    "get-log.sh": ("/run/patroni",),
    "let-in.sql": (),
    "open-database.sql": (),
    "set-password.sql": (),
    "start-member.sh": ("/etc/patroni", "/pgdata", "/scripts"),
    "verifiers.py": (),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """One that runs.

    Args:
        system: where.
        folder: of all files: the Secrets, and a folder for each member.
        ports: of PostgreSQL, by the name of the member.
        logs: what each member prints, by its name.
        env: further variables of each container.
    """

    system: Debian
    folder: Path
    ports: Mapping[str, int]
    logs: dict[str, Path]
    env: Mapping[str, str]

    def run(self, line: str, *, member: str = _MEMBERS[0]) -> str:
        """Run a command as in a pod of a member, and return what it prints."""
        inside = self.system.inside(self.folder / member)
        env = {
            "PATRONICTL_CONFIG_FILE": f"{inside}/patroni.yaml",
            "PGHOST": inside,
            **self._env(member),
        }
        done = self.system.run(*shlex.split(line), user="postgres", env=env)
        if done.returncode != 0:
            raise RuntimeError(f"{line}: {done.stdout}")
        return done.stdout

    @contextmanager
    def started(self, member: str) -> Iterator[Path]:
        """Run a member until the end of the block; give the file that it prints to."""
        inside, env = self.system.inside(self.folder / member), {**self._env(member), **self.env}
        start = (f"{inside}/start-member.sh", f"{inside}/pg18", f"{inside}/wal/pg18")
        with (
            self.system.running(*start, user="postgres", env=env) as log,
            self.watched(member, self.env),
        ):
            yield log

    @contextmanager
    def watched(self, member: str, env: Mapping[str, str]) -> Iterator[Path]:
        """Keep the passwords of a member until the end of the block; give what that prints."""
        script = f"{self.system.inside(self.folder / member)}/credentials.py"
        env = {**self._env(member), **env}
        with self.system.running(script, "watch", user="postgres", env=env) as log:
            yield log

    def _env(self, member: str) -> dict[str, str]:
        inside = self.system.inside(self.folder / member)
        return {
            "PGBACKREST_CONFIG": f"{inside}/pgbackrest.conf",
            "PGPASSFILE": f"{inside}/pgpass",
            "PGPORT": str(self.ports[member]),
        }

    def until(self, line: str, is_enough: Callable[[str], bool]) -> str:
        """Run a command again and again until it prints what is waited for."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if is_enough(printed := self.run(line)):
                return printed
            time.sleep(1)
        raise TimeoutError(printed)

    def leader(self) -> str:
        """Return the name of the primary, once the other member may take its place.

        It streams then: one that still starts reads changed parameters without a restart.
        """
        printed = self.until(
            "patronictl list --format json", lambda text: "Quorum" in text and "streaming" in text
        )
        (leader,) = (each["Member"] for each in json.loads(printed) if each["Role"] == "Leader")
        return str(leader)


def give_passwords(folder: Path, word: str) -> None:
    """Write the mounted Secrets, with this word in each password."""
    roles = ("monitor", "replication", "rewind")
    secrets(folder, "credentials", **{role: f"{word}: s3cret of {role}" for role in roles})
    logins(folder, lambda user: f"{word}: s3cret of {user}")


@contextmanager
def cluster(
    system: Debian,
    files: Files,
    members: Sequence[str] = _MEMBERS,
    *,
    repositories: Mapping[str, str] = NO_REPOSITORIES,
    env: Mapping[str, str] = NO_ENV,
) -> Iterator[Cluster]:
    """Run two members, or these, until the end of the block.

    Args:
        system: where.
        files: of the platform, by their ConfigMap.
        members: their names.
        repositories: the folders of those that pgBackRest knows, by the file that says so.
        env: further variables of each container.
    """
    ports = {name: free_port() for name in members}
    votes = {name: f"127.0.0.1:{free_port()}" for name in members}
    with ExitStack() as running:
        folder = running.enter_context(system.folder())
        (folder / "tls").mkdir()
        sign(folder / "tls")
        give_passwords(folder, "first")
        for name in members:
            _mount(system, folder / name, files, repositories, port=ports[name], votes=votes)
        system.run("chown", "-R", "postgres:postgres", system.inside(folder))
        made = Cluster(system=system, folder=folder, ports=ports, logs={}, env=env)
        for name in members:
            made.logs[name] = running.enter_context(made.started(name))
        yield made


def _mount(
    system: Debian,
    member: Path,
    files: Files,
    repositories: Mapping[str, str],
    *,
    port: int,
    votes: Mapping[str, str],
) -> None:
    """Write what a member finds in its pod."""
    member.mkdir()
    inside, rest = system.inside(member), f"127.0.0.1:{free_port()}"
    places = {
        "/etc/patroni": inside,
        "/etc/databases": inside,
        "/etc/pgbackrest": inside,
        "/pgdata": inside,
        "/pgwal": f"{inside}/wal",
        "/run/patroni": inside,
        "/run/secrets": system.inside(member.parent),
        "/scripts": inside,
        "/usr/pgsql-18/bin": "/usr/lib/postgresql/18/bin",
        "/var/run/postgresql": inside,
        "localhost:8008": rest,
        "time.sleep(10)": "time.sleep(1)",
    }
    for script, named in _SCRIPTS.items():
        own = {place: places[place] for place in named}
        written(member / script, files["postgres-scripts"][script], own)
    own = {"/run/secrets": places["/run/secrets"]}
    written(member / "databases.json", files["postgres-databases"]["databases.json"], own)
    settings: dict[str, Any] = patroni(files)
    del settings["kubernetes"]
    settings["name"] = member.name
    settings["raft"] = {
        "data_dir": f"{inside}/raft",
        "self_addr": votes[member.name],
        "partner_addrs": [vote for name, vote in votes.items() if name != member.name],
    }
    settings["restapi"]["listen"] = rest
    settings["postgresql"]["listen"] = f"127.0.0.1:{port}"
    settings["postgresql"]["parameters"]["log_statement"] = "all"
    if not repositories:
        settings["postgresql"]["create_replica_methods"] = ["basebackup"]
        settings["postgresql"]["parameters"]["archive_command"] = "true"
    for file, repository in repositories.items():
        text = files["postgres-pgbackrest"][file].replace("pg1-port=5432", f"pg1-port={port}")
        text = text.replace("/var/run/postgresql", inside)
        own = {each: places[each] for each in ("/pgdata", "/pgwal")}
        own["/tmp/pgbackrest"] = f"{inside}/lock"  # noqa: S108
        text = in_folder(text, repository, without=("tls-",), places=own)
        (member / file).write_text(text)
    text = yaml.safe_dump(settings)
    own = {place: new for place, new in places.items() if place in text}
    written(member / "patroni.yaml", text, own)
