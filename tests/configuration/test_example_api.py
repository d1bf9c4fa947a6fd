"""The API of `examples/apps` keeps orders in PostgreSQL, behind the pooler of the platform."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from constructs_lib.facts import LogFormat
from tests.configuration.programs.certificate import sign
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.example_apps import (
    APPS,
    Running,
    api_programs,
    environment,
    running,
)
from tests.configuration.programs.mounted import secrets
from tests.configuration.programs.pooler import pooler
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import Files, ask, own_parameters, server, serving
from tests.configuration.programs.switch import Switch
from tests.configuration.programs.waiting import becomes
from tests.observability.elk.grok import read

Objects = Sequence[Mapping[str, Any]]
ORDER = json.dumps({"item": "cup", "quantity": 2}).encode()

ROLES = (
    "CREATE ROLE shop LOGIN",
    "CREATE ROLE owner LOGIN",
    "GRANT CREATE ON SCHEMA public TO owner",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT SELECT, INSERT ON TABLES TO shop",
)
LOCKED = (
    "SELECT 1 FROM pg_locks WHERE relation = 'orders'::regclass "
    "AND mode = 'AccessExclusiveLock' AND granted"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """What is behind the API.

    Args:
        system: that has the servers.
        secret: the folder of the files of its Secret.
        database: the database.
        data: its folder, as it is called inside of the system.
        port: of the database.
        pooler: the pooler, which knows the last of the passwords.
        pooled: the port of the pooler.
        passwords: one after the other.
    """

    system: Debian
    secret: Path
    database: Switch
    data: str
    port: int
    pooler: Switch
    pooled: int
    passwords: list[str]

    def ask(self, statement: str) -> str:
        return ask(self.system, self.port, statement)


def of_tables(port: int, user: str, *words: str) -> int:
    """Return how what makes tables ends, for a user of the database."""
    with tempfile.TemporaryDirectory() as folder:
        login = Path(folder, "login")
        login.write_text(user)
        told = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGDATABASE": "postgres",
            "DATABASE_USERNAME_FILE": str(login),
            "DATABASE_PASSWORD_FILE": str(login),
        }
        return subprocess.run(
            (str(api_programs() / "python"), "tables.py", *words),
            check=False,
            cwd=APPS / "api",
            env=os.environ | told,
        ).returncode


@pytest.fixture(scope="module")
def behind(system: Debian, files: Files) -> Iterator[Behind]:
    """Give a database with a pooler in front of it."""
    pooled, passwords = free_port(), ["secret"]
    with system.folder() as folder:
        (folder / "tls").mkdir()
        sign(folder / "tls")
        ca = (folder / "tls/ca.crt").read_text()
        secret = secrets(
            folder, "database", username="shop", password=passwords[0], **{"ca.crt": ca}
        )
        system.run("chown", "-R", "postgres:postgres", system.inside(folder))
        parameters = own_parameters(system, folder, files) | {
            "shared_buffers": "128MB",
            "logging_collector": "on",
            "log_filename": "lines",
        }
        with server(system, folder, parameters) as (data, port):
            for statement in ROLES:
                ask(system, port, statement)
            assert of_tables(port, "shop", "--check") == 1
            assert of_tables(port, "shop") == 1
            assert of_tables(port, "owner") == 0
            assert of_tables(port, "shop", "--check") == 0

        def pool() -> AbstractContextManager[Path]:
            return pooler(
                *(system, folder, files), port=pooled, primary=port, password=passwords[-1]
            )

        with Switch(lambda: serving(system, data, port)) as database, Switch(pool) as pools:
            yield Behind(
                system=system,
                secret=secret,
                database=database,
                data=system.inside(data),
                port=port,
                pooler=pools,
                pooled=pooled,
                passwords=passwords,
            )


@pytest.fixture
def places(behind: Behind, tmp_path: Path) -> dict[str, str]:
    """Return what the API is told otherwise than in the cluster."""
    metrics = tmp_path / "prometheus"
    metrics.mkdir()
    return {
        "PGHOST": "localhost",
        "PGPORT": str(behind.pooled),
        "PGDATABASE": "postgres",
        "PGAPPNAME": "api",
        "PGSSLROOTCERT": str(behind.secret / "ca.crt"),
        "DATABASE_USERNAME_FILE": str(behind.secret / "username"),
        "DATABASE_PASSWORD_FILE": str(behind.secret / "password"),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }


@pytest.fixture
def api(objects: Objects, places: Mapping[str, str], tmp_path: Path) -> Iterator[Running]:
    """Give an API that runs."""
    with running("api", tmp_path, environment(objects, "api"), places) as app:
        yield app


def place(api: Running) -> str:
    """Place an order, and return its id."""
    code, text = api.ask("/api/orders", body=ORDER)
    assert code == 201, text
    return str(json.loads(text)["id"])


def test_orders_are_kept(api: Running) -> None:
    order = place(api)
    code, text = api.ask(f"/api/orders/{order}")
    assert (code, json.loads(text)["item"]) == (200, "cup")
    assert json.loads(api.ask("/api/orders")[1])["orders"][0]["id"] == order
    assert api.ask(f"/api/orders/{order[:-4]}0000")[0] == 404
    for refused in (b"{}", b"no JSON", b'{"item": "cup", "quantity": 0}'):
        code, text = api.ask("/api/orders", body=refused)
        assert (code, list(json.loads(text))) == (400, ["error"])


def test_no_order_that_was_confirmed_is_lost_when_the_database_crashes(
    behind: Behind, api: Running
) -> None:
    enough = Event()

    def client() -> list[str]:
        orders = []
        while not enough.is_set():
            orders.append(place(api))
        return orders

    with ThreadPoolExecutor() as pool:
        clients = [pool.submit(client) for _ in range(3)]
        time.sleep(2)
        with behind.database.off():
            time.sleep(4)
            assert api.ask("/healthz") == (200, "ok")
            assert api.is_ready(), "it leaves for a failover"
        time.sleep(2)
        enough.set()
        orders = [order for each in clients for order in each.result()]
    kept = set(behind.ask("SELECT id FROM orders").splitlines())
    assert len(orders) == len(set(orders)) > 100
    assert set(orders) <= kept


def test_a_standby_that_is_promoted_is_asked_again(behind: Behind, api: Running) -> None:
    with behind.database.off():
        behind.system.run("touch", f"{behind.data}/standby.signal", user="postgres")
    assert json.loads(api.ask("/api/orders")[1])
    with ThreadPoolExecutor() as pool:
        placed = pool.submit(place, api)
        assert becomes(lambda: any("read-only" in line["msg"] for line in api.told()))
        assert not placed.done()
        behind.ask("SELECT pg_promote()")
        assert api.ask(f"/api/orders/{placed.result()}")[0] == 200


def test_a_database_that_is_away_is_said_to_be(behind: Behind, api: Running) -> None:
    with behind.pooler.off():
        begun = time.monotonic()
        code, text = api.ask("/api/orders", body=ORDER)
        assert (code, text) == (503, '{"error":"the database does not answer"}\n')
        assert 10 < time.monotonic() - begun < 30
        assert becomes(lambda: not api.is_ready(), seconds=80)
        assert api.ask("/healthz") == (200, "ok")
    place(api)
    assert becomes(api.is_ready)


def test_the_password_is_read_anew(behind: Behind, api: Running) -> None:
    place(api)
    behind.passwords.append("another")
    with behind.pooler.off():
        (behind.secret / "password").write_text("another\n")
    place(api)


def test_requests_are_counted_and_logged(api: Running, objects: Objects) -> None:
    for _ in range(3):
        place(api)
    api.ask("/api/nothing")
    seen = api.metrics()
    assert seen['http_requests_total{code="201"}'] == 3
    assert seen['http_requests_total{code="404"}'] == 1
    assert sum(value for name, value in seen.items() if name.startswith("http_requests_total")) == 4
    assert seen['http_request_duration_seconds_bucket{le="1.0"}'] == 4
    assert seen["http_requests_in_flight"] == 0
    for line in api.lines():
        assert line.startswith("{") or read(LogFormat.PYTHON, line), line
    answered = [line for line in api.told() if line["msg"] == "answered"]
    assert [line["status"] for line in answered] == [201, 201, 201, 404]
    assert all({"time", "level", "path"} <= line.keys() for line in answered)


def printed_by(behind: Behind) -> list[str]:
    """Return the lines of the database."""
    lines = behind.system.run("cat", f"{behind.data}/log/lines", user="postgres")
    return lines.stdout.splitlines()


@pytest.mark.mission("B126")
def test_a_request_is_followed_into_the_database(behind: Behind, api: Running) -> None:
    before = len(printed_by(behind))
    with ThreadPoolExecutor() as pool:
        lock = pool.submit(behind.ask, "BEGIN; LOCK TABLE orders; SELECT pg_sleep(3); COMMIT")
        assert becomes(lambda: behind.ask(LOCKED) == "1")
        assert api.ask("/api/orders", body=ORDER, request_id="5f0c41d2")[0] == 201
        lock.result()
    assert api.ask("/api/orders", body=ORDER, request_id="of\\another; form")[0] == 201
    answered, other = (line for line in api.told() if line["msg"] == "answered")
    assert answered["request_id"] == "5f0c41d2"
    assert len(other["request_id"]) == 32
    printed = printed_by(behind)[before:]
    found = [read(LogFormat.POSTGRES, line) or {} for line in printed]
    slow = [each for each in found if "INSERT INTO orders" in each.get("[text]", "")]
    assert slow, printed
    assert {each["[postgresql][application]"] for each in slow} == {"api"}
    assert {each["[request]"] for each in slow} == {"5f0c41d2"}


def test_workers_that_are_replaced_leave_nothing(
    objects: Objects, places: Mapping[str, str], tmp_path: Path
) -> None:
    told = environment(objects, "api")
    told["GUNICORN_CMD_ARGS"] += " --max-requests=20 --max-requests-jitter=0"
    with running("api", tmp_path, told, places) as api:
        for _ in range(200):
            place(api)
        replaced = sum("Booting worker" in line for line in api.lines())
        seen = api.metrics()
    assert replaced > 6
    assert seen['http_requests_total{code="201"}'] == 200
    written = Path(places["PROMETHEUS_MULTIPROC_DIR"]).glob("*.db")
    assert {path.stem.rpartition("_")[2] for path in written} == {"0", "1"}


def test_a_request_is_answered_after_sigterm(behind: Behind, api: Running) -> None:
    with ThreadPoolExecutor() as pool:
        lock = pool.submit(behind.ask, "BEGIN; LOCK TABLE orders; SELECT pg_sleep(4); COMMIT")
        assert becomes(lambda: behind.ask(LOCKED) == "1")
        placed = pool.submit(place, api)
        assert becomes(lambda: api.metrics()["http_requests_in_flight"] == 1)
        api.process.send_signal(signal.SIGTERM)
        placed.result()
        lock.result()
    assert api.process.wait(timeout=30) == 0
