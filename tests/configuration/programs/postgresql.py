"""A PostgreSQL server in a folder, with the parameters and the repository of the cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port

Files = Mapping[str, Mapping[str, str]]


def patroni(files: Files) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load(files["postgres-patroni"]["patroni.yaml"])
    return settings


@contextmanager
def server(
    system: Debian,
    folder: Path,
    parameters: Mapping[str, str],
    *options: str,
    env: Mapping[str, str] | None = None,
) -> Iterator[tuple[Path, int]]:
    """Run PostgreSQL with these parameters and options of initdb; give its data and its port."""
    data, port = folder / "data", free_port()
    made = system.run(
        *("initdb", "--pgdata", system.inside(data), "--auth=trust", "--data-checksums", *options),
        user="postgres",
    )
    assert made.returncode == 0, made.stdout
    with (data / "postgresql.conf").open("a") as settings:
        settings.writelines(f"{name} = '{value}'\n" for name, value in parameters.items())
    with serving(system, data, port, env):
        yield data, port


@contextmanager
def serving(
    system: Debian, data: Path, port: int, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run PostgreSQL on data that is there, and kill it at the end of the block."""
    command = ("postgres", "-D", system.inside(data), "-p", str(port))
    with system.running(*command, user="postgres", env=env) as log:
        wait_until_ready(system, port, log)
        yield


def wait_until_ready(system: Debian, port: int, log: Path) -> None:
    """Wait up to 20 seconds until PostgreSQL takes connections."""
    for _ in range(100):
        if system.run("pg_isready", "-h", "127.0.0.1", "-p", str(port)).returncode == 0:
            return
        time.sleep(0.2)
    pytest.fail(log.read_text())


def ask(system: Debian, port: int, statement: str) -> str:
    answer = system.run(
        *("psql", "-XAtq", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"),
        *("-v", "ON_ERROR_STOP=1", "-c", statement),
    )
    assert answer.returncode == 0, answer.stdout
    return answer.stdout.strip()


def own_parameters(system: Debian, folder: Path, files: Files) -> dict[str, str]:
    """Return the parameters of the cluster, with the paths of the test."""
    settings = patroni(files)
    parameters = {
        **settings["bootstrap"]["dcs"]["postgresql"]["parameters"],
        **settings["postgresql"]["parameters"],
    }
    tls = system.inside(folder / "tls")
    return {
        name: str(value).replace("/run/secrets/tls", tls) for name, value in parameters.items()
    } | {
        "unix_socket_directories": system.inside(folder),
        "archive_command": "true",
        # A command that is not there ends a standby: there is no archive here.
        "restore_command": "false",
    }


def local_repository(files: Files, data: str, inside: str, port: int) -> str:
    """Return the members' configuration with a repository in a folder."""
    return in_folder(
        files["postgres-pgbackrest"]["pgbackrest.conf"],
        inside,
        without=("tls-", "link-map"),
        places={
            "pg1-path=/pgdata/pg18": f"pg1-path={data}",
            "pg1-port=5432": f"pg1-port={port}",
            "/var/run/postgresql": inside,
            "/pgwal/spool": f"{inside}/spool",
        },
    )


def in_folder(
    text: str, inside: str, *, places: Mapping[str, str], without: tuple[str, ...] = ()
) -> str:
    """Return a configuration of pgBackRest with its repository and all places in a folder."""
    left_out = ("repo1-s3", "repo1-type", "repo1-path", *without)
    text = "\n".join(line for line in text.splitlines() if not line.startswith(left_out))
    own = {
        "[db]": f"repo1-path={inside}/repository\nrepo1-cipher-pass=secret\n\n[db]",
        "/tmp/pgbackrest": f"{inside}/lock",  # noqa: S108
    }
    return placed(text, own | dict(places)) + "\n"
