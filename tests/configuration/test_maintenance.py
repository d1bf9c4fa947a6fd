"""Maintenance as the owner of the database: nothing is left dead, and indexes are built anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.postgresql import Files, ask, own_parameters, server
from tests.configuration.programs.process_list import process_list

Objects = Sequence[Mapping[str, Any]]
OWNER = (r"CREATE ROLE shop LOGIN PASSWORD 's:e\cret'", "CREATE DATABASE shop OWNER shop")


@pytest.mark.mission("B113")
def test_the_owner_vacuums_and_reindexes(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files, objects: Objects
) -> None:
    assert certificate.parent == owned
    inside = system.inside(folder)
    for name, text in {"username": "shop", "password": r"s:e\cret"}.items():
        (folder / name).write_text(text)
    parameters = own_parameters(system, folder, files) | {"shared_buffers": "128MB"}
    with server(system, folder, parameters) as (data, port):
        for statement in OWNER:
            ask(system, port, statement)
        (data / "pg_hba.conf").write_text(
            "host all postgres all trust\nhostssl shop shop all scram-sha-256\n"
        )
        ask(system, port, "SELECT pg_reload_conf()")

        def query(statement: str) -> str:
            login = f"host=127.0.0.1 port={port} user=postgres dbname=shop"
            return system.run("psql", "-XAtq", login, "-c", statement).stdout.strip()

        query(
            "CREATE TABLE orders (number int PRIMARY KEY); ALTER TABLE orders OWNER TO shop;"
            "INSERT INTO orders SELECT generate_series(1, 1000); DELETE FROM orders"
        )
        before = query("SELECT pg_relation_filenode('orders_pkey')")
        for job in ("vacuum", "reindex"):
            path = folder / f"{job}.sh"
            text = files["postgres-maintenance-scripts"][path.name]
            path.write_text(text)
            path.chmod(0o755)
            (cron,) = (each for each in objects if each["metadata"]["name"] == f"postgres-{job}")
            (container,) = cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
            told = {each["name"]: each["value"] for each in container["env"]}
            told |= {
                "OWNERS": told["OWNERS"].replace("/run/secrets/roles/postgres-owner", inside),
                "PGHOST": "localhost",
                "PGPORT": str(port),
                "PGSSLROOTCERT": f"{inside}/tls/ca.crt",
            }
            del told["PATH"]
            with process_list() as seen:
                ran = system.run(system.inside(path), user="postgres", env=told)
            assert ran.returncode == 0, ran.stdout
            assert seen.telling(r"s:e\cret") == set()
            assert [each for each in seen.commands if path.name in each]
        assert query("SELECT n_dead_tup FROM pg_stat_user_tables") == "0"
        assert query("SELECT pg_relation_filenode('orders_pkey')") not in {"", before}
