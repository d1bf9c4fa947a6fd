"""PostgreSQL, Patroni, PgBouncer, HAProxy and pgBackRest take what is written for them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib import ConfigurationError
from constructs_lib.postgres.parameters import check_parameters, parse_amount, told_names
from constructs_lib.postgres.sizing import OF_TABLES
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import password_scripts
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import (
    Files,
    ask,
    own_parameters,
    patroni,
    server,
)

AMOUNTS = (
    "autovacuum_work_mem",
    "maintenance_work_mem",
    "max_slot_wal_keep_size",
    "max_wal_size",
    "shared_buffers",
    "temp_buffers",
    "wal_buffers",
    "wal_keep_size",
    "work_mem",
)


def test_all_that_a_server_can_be_told_is_known(system: Debian, folder: Path) -> None:
    """And what it cannot be told, Patroni would leave out."""
    with server(system, folder, {}) as (_, port):
        version = int(ask(system, port, "SHOW server_version_num")) // 10_000
        names = ask(
            system,
            port,
            "SELECT lower(name) FROM pg_settings WHERE context <> 'internal' AND name !~ '[.]'",
        )
    known = told_names(version)
    assert known - set(names.split()) == set()
    for name in sorted(set(names.split()) - known - OF_A_TRANSACTION):
        with pytest.raises(ConfigurationError, match="leave it"):
            check_parameters({name: "1"})


OF_A_TRANSACTION = {"transaction_deferrable", "transaction_isolation", "transaction_read_only"}
ALONE = {
    "shared_buffers": "1GB",
    "huge_pages": "off",
    "max_parallel_workers_per_gather": "0",
}


def test_a_connection_that_has_read_all_buffers_has_large_tables(
    system: Debian, folder: Path
) -> None:
    """Its page tables are in the memory of the container, which the arithmetic counts."""
    size = r"(regexp_match(pg_read_file('/proc/self/status'), 'VmPTE:\s+(\d+)'))[1]"
    with server(system, folder, ALONE) as (_, port):
        ask(system, port, "CREATE EXTENSION pg_prewarm")
        ask(system, port, "CREATE UNLOGGED TABLE t (number int) WITH (fillfactor = 10)")
        ask(system, port, "INSERT INTO t SELECT generate_series(1, 2000000)")
        ask(system, port, f"CREATE FUNCTION tables() RETURNS text VOLATILE RETURN {size}")
        few = int(ask(system, port, "SELECT tables()"))
        # A page that is among the buffers already is not read by this.
        pages = ask(system, port, "SELECT pg_prewarm('t')")
        _, many = ask(system, port, "SELECT (SELECT count(*) FROM t), tables()").split("|")
    read = int(pages) * 8192
    assert read > 500 * 2**20
    assert 0.9 < (int(many) - few) * 2**10 / (read / OF_TABLES) < 1.2


@pytest.mark.mission("B23")
@pytest.mark.mission("B111")
def test_postgresql_starts_with_its_parameters(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    with server(system, folder, own_parameters(system, folder, files)) as (_, port):
        wrong = "SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL"
        assert ask(system, port, wrong) == ""
        assert ask(system, port, "SHOW shared_buffers") == "2GB"
        assert ask(system, port, "SHOW ssl") == "on"
        assert ask(system, port, "SHOW hot_standby_feedback") == "on"
        assert ask(system, port, "SHOW temp_file_limit") == "10GB"
        # For disks that answer many questions at once, at any place alike.
        assert ask(system, port, "SHOW effective_io_concurrency") == "200"
        assert ask(system, port, "SHOW random_page_cost") == "1.1"


def test_parameters_are_read_as_postgresql_reads_them(
    system: Debian, folder: Path, owned: Path
) -> None:
    assert folder == owned
    with server(system, folder, {"unix_socket_directories": system.inside(folder)}) as (_, port):
        for value in ("65536", "1.5GB", "100 MB", "2097152B", "1e3", ".5GB"):
            shown = f"SET work_mem = '{value}'; SELECT pg_size_bytes(current_setting('work_mem'))"
            assert int(ask(system, port, shown)) == parse_amount("work_mem", value)
        told = ask(system, port, "SELECT name, unit FROM pg_settings WHERE unit LIKE '%B'")
        units = dict(line.split("|") for line in told.splitlines())
        for name in AMOUNTS:
            unit = units[name] if units[name][0].isdecimal() else f"1{units[name]}"
            assert parse_amount(name, "1") == parse_amount(name, unit), name


def test_a_wrong_parameter_is_seen(system: Debian, folder: Path, owned: Path) -> None:
    assert folder == owned
    with server(system, folder, {"unix_socket_directories": system.inside(folder)}) as (data, port):
        with (data / "postgresql.conf").open("a") as settings:
            settings.write("work_mem = 'a lot'\n")
        wrong = "SELECT name FROM pg_file_settings WHERE error IS NOT NULL"
        assert ask(system, port, wrong) == "work_mem"


def test_patroni(system: Debian, folder: Path, certificate: Path, files: Files) -> None:
    assert certificate.exists()
    problems = validated(system, folder, patroni(files))
    assert problems == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ttl": "soon"}, "ttl"),
        ({"loop_wait": 0}, "loop_wait"),
        ({"synchronous_mode": "sometimes"}, "synchronous_mode"),
    ],
)
def test_patroni_refuses(
    system: Debian,
    folder: Path,
    certificate: Path,
    files: Files,
    change: dict[str, Any],
    said: str,
) -> None:
    assert certificate.exists()
    settings = patroni(files)
    settings["bootstrap"]["dcs"].update(change)
    assert any(said in problem for problem in validated(system, folder, settings))


def validated(system: Debian, folder: Path, settings: dict[str, Any]) -> list[str]:
    """Return what Patroni says of its configuration, but for what only a cluster can tell."""
    inside = system.inside(folder)
    settings["name"] = "postgres-0"
    settings["kubernetes"]["namespace"] = "app"
    settings["postgresql"] |= {
        "bin_dir": "/usr/lib/postgresql/18/bin",
        "connect_address": "10.0.0.9:5432",
        "data_dir": f"{inside}/none",
        "pgpass": f"{inside}/pgpass",
    }
    settings["restapi"]["connect_address"] = "10.0.0.9:8008"
    text = yaml.safe_dump(settings).replace("/run/secrets/tls", f"{inside}/tls")
    (folder / "patroni.yaml").write_text(text)
    checked = system.run("patroni", "--validate-config", f"{inside}/patroni.yaml")
    # Nothing listens for it here, there is no API server, and 'quorum' is newer than its checks.
    known = ("already in use", "synchronous_mode quorum", "kubernetes")
    return [
        line
        for line in checked.stdout.splitlines()
        if line.strip() and not any(each in line for each in known)
    ]


@pytest.fixture
def router(system: Debian, folder: Path, certificate: Path, files: Files) -> str:
    """Return HAProxy's configuration with the paths of the test."""
    text = files["postgres-rw-router"]["haproxy.cfg"]
    return text.replace("/run/secrets/members", system.inside(certificate))


def test_haproxy(system: Debian, folder: Path, router: str) -> None:
    path = folder / "haproxy.cfg"
    path.write_text(router)
    checked = system.run("haproxy", "-c", "-f", system.inside(path))
    assert checked.returncode == 0, checked.stdout


def test_haproxy_refuses(system: Debian, folder: Path, router: str) -> None:
    path = folder / "haproxy.cfg"
    path.write_text(router.replace("option httpchk", "option httpcheck"))
    checked = system.run("haproxy", "-c", "-f", system.inside(path))
    assert checked.returncode != 0


@pytest.fixture
def pooler(system: Debian, folder: Path, certificate: Path, files: Files) -> tuple[Path, int]:
    """Return PgBouncer's configuration with the paths and a port of the test."""
    port = free_port()
    places = {
        "listen_port = 6432": f"listen_port = {port}",
        "listen_addr = *": "listen_addr = 127.0.0.1",
        "/run/secrets/tls": system.inside(certificate),
        "/run/secrets/members": system.inside(certificate),
        "/run/pgbouncer": system.inside(folder),
    }
    path = folder / "pgbouncer.ini"
    path.write_text(placed(files["postgres-rw-pgbouncer"]["pgbouncer.ini"], places))
    (folder / "users.txt").write_text('"pgbouncer" "secret"\n')
    system.run("chown", "-R", "postgres:postgres", system.inside(folder))
    return path, port


@pytest.mark.mission("B36")
@pytest.mark.mission("B104")
def test_pgbouncer(system: Debian, pooler: tuple[Path, int]) -> None:
    path, port = pooler
    with system.running("pgbouncer", system.inside(path), user="postgres") as log:
        url = f"postgres://pgbouncer:secret@127.0.0.1:{port}/pgbouncer?sslmode=require"
        for _ in range(50):
            shown = system.run("psql", "-XAt", url, "-c", "SHOW CONFIG")
            if shown.returncode == 0:
                break
            time.sleep(0.2)
        else:
            pytest.fail(log.read_text() + shown.stdout)
    told = dict(line.split("|")[:2] for line in shown.stdout.splitlines())
    assert (told["pool_mode"], told["max_prepared_statements"]) == ("transaction", "200")


def test_pgbouncer_refuses(system: Debian, pooler: tuple[Path, int]) -> None:
    path, _ = pooler
    path.write_text(path.read_text() + "max_clients = 3\n")
    with system.running("pgbouncer", system.inside(path), user="postgres") as log:
        for _ in range(50):
            if "max_clients" in log.read_text():
                break
            time.sleep(0.1)
        assert "unknown parameter" in log.read_text()


@pytest.mark.mission("B20")
def test_the_first_start_waits_for_no_repository(
    system: Debian, folder: Path, owned: Path, files: Files
) -> None:
    """Roles and the question of the poolers are there, whatever the repository does."""
    assert folder == owned
    inside = system.inside(folder)
    secrets = {
        "credentials/monitor": "m1",
        "credentials/replication": "r1",
        "credentials/rewind": "w1",
    }
    for name, text in secrets.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    stub = folder / "pgbackrest"
    stub.write_text("#!/bin/sh\nsleep 60\n")
    stub.chmod(0o755)
    script, _ = password_scripts(system, folder, files)
    parameters = {
        "shared_preload_libraries": "pg_stat_statements",
        "unix_socket_directories": inside,
    }
    with server(system, folder, parameters) as (_, port):
        path = f"{inside}:/usr/lib/postgresql/18/bin:/usr/sbin:/usr/bin:/bin"
        began = time.monotonic()
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        command = f"{script} {url} > {inside}/output 2>&1"
        env = {"PATH": path, "PGPORT": str(port)}
        made = system.run("sh", "-c", command, user="postgres", env=env)
        assert made.returncode == 0, (folder / "output").read_text()
        assert time.monotonic() < began + 10
        asked = "SELECT username FROM pgbouncer.get_auth('monitor')"
        assert ask(system, port, asked) == "monitor"
        assert ask(system, port, "SELECT count(*) FROM pgbouncer.get_auth('postgres')") == "0"
