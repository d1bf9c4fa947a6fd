"""The websocket service of `examples/apps` hands on what Redis keeps, and leaves gently."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.example_apps import Running, environment, running
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.switch import Switch
from tests.configuration.programs.waiting import becomes

Objects = Sequence[Mapping[str, Any]]
Start = Callable[..., Running]


@pytest.fixture(scope="module")
def port() -> int:
    """Return the port of the broker."""
    return free_port()


@pytest.fixture(scope="module")
def broker(system: Debian, port: int) -> Iterator[Switch]:
    """Give a broker that keeps what it accepted."""
    with system.folder() as folder:

        def redis() -> AbstractContextManager[Path]:
            return system.running(
                *("redis-server", "--port", str(port), "--bind", "127.0.0.1"),
                *("--requirepass", "secret", "--dir", system.inside(folder)),
                *("--appendonly", "yes", "--appendfsync", "always"),
            )

        with Switch(redis) as running_broker:
            yield running_broker


@pytest.fixture
def start(objects: Objects, broker: Switch, port: int, tmp_path: Path) -> Iterator[Start]:
    """Give what starts a replica."""
    password = tmp_path / "password"
    password.write_text("secret\n")
    told = environment(objects, "socket")
    places = {
        "BROKER_HOST": "127.0.0.1",
        "BROKER_PORT": str(port),
        "BROKER_PASSWORD_FILE": str(password),
    }
    with ExitStack() as replicas:
        yield lambda **others: replicas.enter_context(
            running("socket", tmp_path, told, places | others)
        )


@contextmanager
def client(replica: Running, *, after: str | None = None) -> Iterator[ClientConnection]:
    query = f"?after={after}" if after else ""
    with connect(f"ws://127.0.0.1:{replica.port}/ws{query}") as connection:
        yield connection


def heard(connection: ClientConnection) -> dict[str, Any]:
    """Return what a client is told next."""
    told: dict[str, Any] = json.loads(connection.recv(timeout=20))
    return told


def publish(connection: ClientConnection, text: str) -> str | None:
    """Publish a message, and return its id; None where the broker did not accept it.

    What else arrives meanwhile is thrown away.
    """
    connection.send(json.dumps({"publish": text, "ref": text}))
    while True:
        told = heard(connection)
        if told.get("ref") == text:
            accepted: str | None = told.get("accepted")
            return accepted


def test_a_message_reaches_the_clients_of_all_replicas(start: Start) -> None:
    with client(start()) as publisher, client(start()) as reader:
        heard(reader)
        accepted = publish(publisher, "hello")
        assert heard(reader) == {"id": accepted, "text": "hello"}


def test_clients_that_come_back_miss_nothing_while_messages_arrive(start: Start) -> None:
    one, other = start(), start()
    sent = [str(number) for number in range(1500)]
    with client(one) as publisher:
        seen = heard(publisher)["at"]

        def come_back() -> list[str]:
            got: list[str] = []
            with client(other, after=seen) as reader:
                while len(got) < len(sent):
                    got.append(heard(reader)["text"])
            return got

        with ThreadPoolExecutor(max_workers=20) as pool:
            readers = []
            for number, text in enumerate(sent):
                publisher.send(json.dumps({"publish": text}))
                time.sleep(0.003)
                if number % 75 == 0:
                    readers.append(pool.submit(come_back))
            assert all(reader.result() == sent for reader in readers)


def test_who_was_away_for_too_long_is_told(start: Start) -> None:
    with client(start(), after="1-1") as reader:
        assert heard(reader) == {"missed": True}


def test_connections_are_closed_one_after_the_other(start: Start) -> None:
    replica = start(DRAIN_SECONDS="4")

    def closed() -> tuple[float, int | None]:
        with client(replica) as connection:
            heard(connection)
            with pytest.raises(ConnectionClosed):
                connection.recv(timeout=20)
            return time.monotonic(), connection.close_code

    with ThreadPoolExecutor() as pool:
        clients = [pool.submit(closed) for _ in range(4)]
        assert becomes(lambda: replica.metrics()["websocket_connections"] == 4)
        begun = time.monotonic()
        replica.process.send_signal(signal.SIGTERM)
        ends = sorted(each.result() for each in clients)
    assert [code for _, code in ends] == [1012] * 4
    assert [round(moment - begun) for moment, _ in ends] == [0, 1, 2, 3]
    assert replica.process.wait(timeout=5) == 0


def test_without_connections_it_leaves_at_once(start: Start) -> None:
    replica = start()
    replica.process.send_signal(signal.SIGTERM)
    assert replica.process.wait(timeout=5) == 0


def test_what_the_broker_accepted_is_not_lost_when_it_is_killed(
    start: Start, broker: Switch
) -> None:
    replica = start()
    with client(replica) as publisher, client(replica) as reader:
        heard(reader)
        accepted = []

        def publishes(text: str) -> bool:
            told = publish(publisher, text)
            accepted.extend([told] if told else [])
            return told is not None

        assert all(publishes(f"before {number}") for number in range(50))
        with broker.off():
            # It goes a moment after it was told to.
            assert becomes(lambda: not publishes("meanwhile"))
            assert replica.is_ready(), "it leaves for a failover"
        assert becomes(lambda: publishes("after"))
        assert [heard(reader)["id"] for _ in accepted] == accepted


def test_handshakes_are_counted_and_logged(start: Start) -> None:
    replica = start()
    headers = {"X-Request-ID": "5f0c41d2"}
    with connect(f"ws://127.0.0.1:{replica.port}/ws", additional_headers=headers):
        pass
    for path in ("/", "/ws?after=no"):
        url = f"ws://127.0.0.1:{replica.port}{path}"
        with pytest.raises(InvalidStatus), connect(url):
            pass
    assert becomes(lambda: replica.metrics()["websocket_connections"] == 0)
    seen = replica.metrics()
    assert seen['websocket_handshakes_total{outcome="accepted"}'] == 1
    assert seen['websocket_handshakes_total{outcome="refused"}'] == 2
    lines = [json.loads(line) for line in replica.lines()]
    assert {"time", "level", "msg"} <= set.intersection(*(set(line) for line in lines))
    assert [
        (line["request_id"], line["code"]) for line in lines if line["msg"] == "disconnected"
    ] == [("5f0c41d2", 1000)]


def test_the_password_is_read_anew(start: Start, tmp_path: Path) -> None:
    password = tmp_path / "rotated"
    password.write_text("old")
    with ThreadPoolExecutor() as pool:
        replica = pool.submit(start, BROKER_PASSWORD_FILE=str(password))
        time.sleep(3)
        assert not replica.done()
        password.write_text("secret")
        assert replica.result().is_ready()


def test_it_is_ready_while_the_broker_answers(start: Start, broker: Switch) -> None:
    with ThreadPoolExecutor() as pool:
        with broker.off():
            begun = pool.submit(start)
            time.sleep(3)
            assert not begun.done()
        replica = begun.result()
        with broker.off():
            assert becomes(lambda: not replica.is_ready(), seconds=80)
            assert replica.ask("/healthz") == (200, "ok")
            with pytest.raises(InvalidStatus), client(replica):
                pass
        assert becomes(replica.is_ready)
    assert replica.metrics()['websocket_handshakes_total{outcome="failed"}'] == 1
