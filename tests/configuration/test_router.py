"""A router leads to the primary, wherever it is, and to standbys for reading."""

from __future__ import annotations

import socket
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.member import Member, member
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import Files
from tests.configuration.programs.waiting import becomes


def configured(text: str, members: list[Member], ports: dict[str, int], tls: str) -> str:
    """Return the configuration with the ports and the certificate of the test."""
    text = text.replace("/run/secrets/members", tls)
    for number, each in enumerate(members):
        name = f"postgres-{number}.postgres-members.app.svc.cluster.local"
        own = f"127.0.0.1:{each.postgres} check port {each.patroni}"
        text = text.replace(f"{name}:5432 check port 8008", own).replace(name, "localhost")
    return placed(text, {place: f"127.0.0.1:{port}" for place, port in ports.items()})


def led_to(port: int) -> int | None:
    """Return the port of PostgreSQL that a client comes to; None for none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            return int(client.makefile().readline() or 0) or None
    except OSError:
        return None


@pytest.mark.mission("B24")
@pytest.mark.mission("B80")
def test_clients_come_to_the_primary(
    system: Debian, folder: Path, certificate: Path, files: Files
) -> None:
    with ExitStack() as stack:
        members = [stack.enter_context(member(certificate)) for _ in range(3)]
        first, second, third = members
        first.primary = True
        read_write, read_only, metrics = (free_port() for _ in range(3))
        ports = {"127.0.0.1:5000": read_write, "127.0.0.1:5001": read_only, "*:8404": metrics}
        path = folder / "haproxy.cfg"
        text = files["postgres-rw-router"]["haproxy.cfg"]
        path.write_text(configured(text, members, ports, system.inside(certificate)))
        stack.enter_context(system.running("haproxy", "-W", "-db", "-f", system.inside(path)))
        assert becomes(lambda: led_to(read_write) == first.postgres)
        assert becomes(
            lambda: {led_to(read_only) for _ in range(9)} == {second.postgres, third.postgres}
        )

        with socket.create_connection(("127.0.0.1", read_write), timeout=20) as client:
            answer = client.makefile()
            assert int(answer.readline()) == first.postgres
            first.primary, second.primary = False, True
            # Whoever is connected to the one that was primary is not left there.
            assert answer.readline() == ""
        assert becomes(lambda: led_to(read_write) == second.postgres)

        with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=10) as told:
            lines = told.read().decode().splitlines()
        assert 'haproxy_backend_active_servers{proxy="primary"} 1' in lines
