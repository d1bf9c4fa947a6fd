"""What was captured of exporters is what they tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configuration.programs.answers import answer
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import ask, own_parameters, patroni, server
from tests.observability.exposition import captured, names

Files = Mapping[str, Mapping[str, str]]
Objects = Sequence[Mapping[str, Any]]
pytestmark = pytest.mark.mission("B66")


def test_haproxy(system: Debian, folder: Path, certificate: Path, files: Files) -> None:
    port = free_port()
    path = folder / "haproxy.cfg"
    places = {
        "/run/secrets/members": system.inside(certificate),
        "bind *:8404": f"bind 127.0.0.1:{port}",
        "127.0.0.1:5000": f"127.0.0.1:{free_port()}",
        "127.0.0.1:5001": f"127.0.0.1:{free_port()}",
        # Nobody answers for these names.
        "last,libc,none": "none",
    }
    path.write_text(placed(files["postgres-rw-router"]["haproxy.cfg"], places))
    with system.running("haproxy", "-W", "-db", "-f", system.inside(path)):
        told = answer(f"http://127.0.0.1:{port}/metrics", "^haproxy_server_status")
    assert captured("haproxy") <= names(told)


def test_pgbouncer(system: Debian, folder: Path, certificate: Path, files: Files) -> None:
    port, metrics = free_port(), f"127.0.0.1:{free_port()}"
    path = folder / "pgbouncer.ini"
    places = {
        "listen_port = 6432": f"listen_port = {port}",
        "/run/secrets/tls": system.inside(certificate),
        "/run/secrets/members": system.inside(certificate),
        "/run/pgbouncer": system.inside(folder),
    }
    path.write_text(placed(files["postgres-rw-pgbouncer"]["pgbouncer.ini"], places))
    (folder / "users.txt").write_text('"pgbouncer" "secret"\n')
    system.run("chown", "-R", "postgres:postgres", system.inside(folder))
    url = f"postgres://pgbouncer:secret@127.0.0.1:{port}/pgbouncer?sslmode=require"
    exporter = ("prometheus-pgbouncer-exporter", f"--web.listen-address={metrics}")
    with (
        system.running("pgbouncer", system.inside(path), user="postgres"),
        system.running(*exporter, env={"PGBOUNCER_EXPORTER_CONNECTION_STRING": url}),
    ):
        told = answer(f"http://{metrics}/metrics", "^pgbouncer_up 1")
    assert captured("pgbouncer-exporter") <= names(told)


def test_postgres(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files, objects: Objects
) -> None:
    assert certificate.parent == owned == folder
    (members,) = (
        each
        for each in objects
        if (each["kind"], each["metadata"]["name"]) == ("StatefulSet", "postgres")
    )
    (arguments,) = (
        container["args"]
        for container in members["spec"]["template"]["spec"]["containers"]
        if container["name"] == "exporter"
    )
    metrics = f"127.0.0.1:{free_port()}"
    exporter = ("prometheus-postgres-exporter", *arguments, f"--web.listen-address={metrics}")
    with server(system, folder, own_parameters(system, folder, files)) as (_, port):
        ask(system, port, "CREATE ROLE monitor LOGIN IN ROLE pg_monitor")
        ask(system, port, "CREATE EXTENSION pg_stat_statements")
        ask(system, port, "SELECT pg_sleep(0.1)")
        ask(system, port, "CREATE ROLE shop PASSWORD 'a s3cret'")
        env = {
            "DATA_SOURCE_USER": "monitor",
            "DATA_SOURCE_URI": f"127.0.0.1:{port}/postgres?sslmode=require",
        }
        with system.running(*exporter, env=env):
            told = answer(f"http://{metrics}/metrics", "^pg_up 1")
    assert captured("postgres-exporter") <= names(told)
    assert re.search(r'pg_stat_statements_query_id\{query="SELECT pg_sleep\(\$1\)"', told)
    assert "s3cret" not in told


def test_patroni(system: Debian, folder: Path, owned: Path, files: Files) -> None:
    """With a vote of its own in place of Kubernetes, and a database of its own."""
    assert folder == owned
    inside = system.inside(folder)
    rest = f"127.0.0.1:{free_port()}"
    settings = {
        "scope": "postgres",
        "name": "postgres-0",
        "raft": {"data_dir": f"{inside}/raft", "self_addr": f"127.0.0.1:{free_port()}"},
        "restapi": {"listen": rest},
        "bootstrap": {"dcs": patroni(files)["bootstrap"]["dcs"]},
        "postgresql": {
            "listen": f"127.0.0.1:{free_port()}",
            "data_dir": f"{inside}/data",
            "parameters": {"unix_socket_directories": inside},
            "pgpass": f"{inside}/pgpass",
            "authentication": {
                "superuser": {"username": "postgres", "password": "p"},
                "replication": {"username": "standby", "password": "p"},
            },
        },
    }
    path = folder / "patroni.yaml"
    path.write_text(yaml.safe_dump(settings))
    with system.running("patroni", system.inside(path), user="postgres"):
        told = answer(f"http://{rest}/metrics", r"^patroni_primary\{.*\} 1")
    assert captured("patroni") <= names(told)
