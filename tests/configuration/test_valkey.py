"""The real Valkey keeps, forgets and refuses what the constructs say of it."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib import Resources, StorageClass, ValkeyBroker, ValkeyCache
from environments import DEV
from tests.configuration.programs.certificate import served, sign
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.example_apps import environment, running
from tests.configuration.programs.process_list import process_list
from tests.configuration.programs.switch import Switch
from tests.configuration.programs.valkey import MONITOR, PASSWORD, Valkey, valkey
from tests.configuration.programs.waiting import becomes
from tests.platform.shop import build

BULK = StorageClass(name="bulk", provisioner="ebs.csi.aws.com", parameters={"type": "gp3"})


@pytest.fixture(scope="module")
def broker(system: Debian) -> Iterator[Valkey]:
    """Give a broker of 16 MiB."""
    with valkey(system, ValkeyBroker, storage=BULK, resources=Resources(memory="32Mi")) as made:
        yield made


@pytest.fixture(scope="module")
def cache(system: Debian) -> Iterator[Valkey]:
    """Give a cache of 21 MiB."""
    with valkey(system, ValkeyCache, resources=Resources(memory="32Mi")) as made:
        yield made


def test_who_has_the_password_is_let_in_and_commands_no_server(broker: Valkey) -> None:
    with broker.running():
        with broker.client() as client:
            assert client.ask("SET", "a", "1") == "+OK"
            assert client.ask("GET", "a") == "1"
            for refused in (("CONFIG", "GET", "*"), ("SHUTDOWN",), ("ACL", "LIST"), ("MONITOR",)):
                assert client.ask(*refused).startswith("-NOPERM"), refused
        with pytest.raises(PermissionError, match="WRONGPASS"), broker.client("another"):
            pass
        with broker.client("monitor", MONITOR) as monitor:
            assert "used_memory" in monitor.ask("INFO", "memory")
            assert monitor.ask("GET", "a").startswith("-NOPERM")
            assert monitor.ask("FLUSHALL").startswith("-NOPERM")


@pytest.mark.mission("B64")
def test_nobody_is_refused_while_the_password_changes(system: Debian) -> None:
    """At each step clients have it that still have the files of the step before."""

    def lets_in(password: str) -> bool:
        try:
            with made.client(password) as client:
                return client.ask("PING") == "+PONG"
        except PermissionError:
            return False

    with valkey(system, ValkeyCache, resources=Resources(memory="32Mi")) as made:
        made.give({"next-password": "second"})
        with made.running():
            assert [lets_in(each) for each in (PASSWORD, "second", "third")] == [True, True, False]
        made.give({"password": "second", "next-password": PASSWORD})
        with made.running():
            assert [lets_in(each) for each in (PASSWORD, "second", "third")] == [True, True, False]
        made.give({"next-password": "third"})
        with made.running():
            assert [lets_in(each) for each in (PASSWORD, "second", "third")] == [False, True, True]


def test_nobody_is_answered_in_plain_text(broker: Valkey) -> None:
    with broker.running(), pytest.raises(OSError, match=r"reset|closed|BadStatusLine"):
        urllib.request.urlopen(f"http://127.0.0.1:{broker.port}/", timeout=5)


def test_what_was_acknowledged_is_there_after_it_is_killed(broker: Valkey) -> None:
    with Switch(broker.running) as running:
        with broker.client() as client:
            accepted = [client.ask("XADD", "orders", "*", "number", str(n)) for n in range(5000)]
        assert not [answer for answer in accepted if answer.startswith("-")]
        with running.off():
            pass
        with broker.client() as client:
            assert client.ask("XLEN", "orders") == ":5000"
            assert client.ask("XADD", "orders", accepted[-1], "number", "x").startswith("-ERR")


def test_a_full_broker_says_so_and_loses_nothing(broker: Valkey) -> None:
    with broker.running(), broker.client() as client:
        refused = ""
        kept = 0
        while not refused:
            answer = client.ask("XADD", "full", "*", "text", "x" * 100_000)
            if answer.startswith("-"):
                refused = answer
            else:
                kept += 1
        assert refused.startswith("-OOM")
        assert client.ask("XLEN", "full") == f":{kept}"
        assert client.ask("DEL", "full") == ":1"
        # It frees what was deleted beside its other work.
        assert becomes(lambda: not client.ask("XADD", "full", "*", "n", "1").startswith("-"))


def test_a_full_cache_forgets_the_oldest(cache: Valkey) -> None:
    with cache.running(), cache.client() as client:
        for number in range(400):
            assert client.ask("SET", f"page-{number}", "x" * 100_000) == "+OK"
        assert client.ask("GET", "page-0") == "$-1"
        assert client.ask("GET", "page-399").startswith("xxx")


def test_a_cache_forgets_all_when_it_restarts(cache: Valkey) -> None:
    with Switch(cache.running) as running:
        with cache.client() as client:
            client.ask("SET", "a", "1")
        with running.off():
            pass
        with cache.client() as client:
            assert client.ask("GET", "a") == "$-1"


def test_a_new_certificate_needs_no_restart(broker: Valkey) -> None:
    with broker.running():
        assert becomes(lambda: served(broker.port), seconds=60)
        before = served(broker.port)
        sign(broker.tls)
        assert becomes(lambda: served(broker.port) not in {"", before}, seconds=60)


def test_the_example_speaks_tls_with_it(broker: Valkey, tmp_path: Path) -> None:
    told = environment(build(tmp_path / "dev", DEV).core, "socket")
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    places = {
        "BROKER_HOST": "localhost",
        "BROKER_PORT": str(broker.port),
        "BROKER_PASSWORD_FILE": str(password),
        "BROKER_CA_FILE": str(broker.tls / "ca.crt"),
    }
    assert told["BROKER_TLS"] == "true"
    with broker.running(), running("socket", tmp_path, told, places) as replica:
        assert replica.is_ready()


def test_no_password_is_in_a_process_list(broker: Valkey) -> None:
    """Neither of the server, nor of what probes it."""
    with process_list() as seen, broker.running(), broker.client():

        def shows(program: str) -> bool:
            return broker.answers() and any(program in each for each in seen.commands)

        assert becomes(lambda: shows("valkey-cli "))
        assert shows("valkey-server ")
    assert seen.telling(PASSWORD) | seen.telling(MONITOR) == set()


@pytest.mark.parametrize("kind", ["broker", "cache"])
def test_the_exporter_tells_what_is_promised(kind: str, request: pytest.FixtureRequest) -> None:
    made: Valkey = request.getfixturevalue(kind)
    with made.running(), made.client() as client, made.exporter() as (url, told):
        client.ask("SET", "a", "1")

        assert becomes(lambda: made.promised <= _told(url)), made.promised - _told(url)
        assert "NOPERM" not in told.read_text()
        assert "rror" not in told.read_text()


def _told(url: str) -> set[str]:
    """Return the names of what it tells; none while it does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return set()
    return {re.split("[{ ]", line)[0] for line in lines if not line.startswith("#")}
