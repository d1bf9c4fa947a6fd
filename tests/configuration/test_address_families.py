"""Servers of a cluster with addresses of IPv6 are reached at these, and at those of IPv4."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from constructs_lib import AddressFamily
from constructs_lib.testing import find
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes
from tests.platform.families import of_family
from tests.platform.shop import Shop, build

LOOPBACKS = ("::1", "127.0.0.1")


@pytest.fixture(scope="module")
def dual(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform for a cluster with addresses of both families."""
    return build(tmp_path_factory.mktemp("dual"), of_family(AddressFamily.DUAL))


def reached(port: int) -> list[str]:
    """Return the addresses of this machine that somebody listens on at a port."""
    return [address for address in LOOPBACKS if _answers(address, port)]


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=5).close()
    except OSError:
        return False
    return True


def _file(made: Shop, name: str, file: str) -> str:
    text: str = find(made.core, "ConfigMap", name)["data"][file]
    return text


def _args(made: Shop, kind: str, name: str) -> list[str]:
    (container,) = find(made.core, kind, name)["spec"]["template"]["spec"]["containers"]
    args: list[str] = container["args"]
    return args


def test_the_router_of_a_pooler(
    system: Debian, folder: Path, certificate: Path, dual: Shop
) -> None:
    port = free_port()
    text = _file(dual, "postgres-rw-router", "haproxy.cfg")
    places = {
        "/run/secrets/members": system.inside(certificate),
        ":8404": f":{port}",
        "127.0.0.1:5000": f"127.0.0.1:{free_port()}",
        "127.0.0.1:5001": f"127.0.0.1:{free_port()}",
    }
    (folder / "haproxy.cfg").write_text(placed(text, places))
    with system.running("haproxy", "-db", "-f", f"{system.inside(folder)}/haproxy.cfg") as log:
        assert becomes(lambda: reached(port) == [*LOOPBACKS]), log.read_text()


@pytest.mark.parametrize(("address", "at"), [("::", LOOPBACKS), ("*", LOOPBACKS[1:])])
def test_the_backup_server_of_a_member(
    address: str,
    at: tuple[str, ...],
    system: Debian,
    folder: Path,
    certificate: Path,
    owned: Path,
    dual: Shop,
) -> None:
    """A star would be IPv4 alone to it."""
    assert certificate.parent == owned
    port, inside = free_port(), system.inside(folder)
    text = _file(dual, "postgres-pgbackrest", "pgbackrest.conf")
    places = {
        "tls-server-address=::": f"tls-server-address={address}",
        "tls-server-port=8432": f"tls-server-port={port}",
        "/run/secrets/tls": system.inside(certificate),
        "/run/secrets/backups": system.inside(certificate),
        "/tmp/pgbackrest": f"{inside}/lock",  # noqa: S108 - as it is written
    }
    path = folder / "pgbackrest.conf"
    path.write_text(placed(text, places))
    command = ("pgbackrest", f"--config={system.inside(path)}", "server")
    with system.running(*command, user="postgres") as log:
        assert becomes(lambda: reached(port) == [*at]), log.read_text()


@pytest.mark.parametrize("address", LOOPBACKS)
def test_what_tells_of_a_node(address: str, system: Debian, dual: Shop) -> None:
    port = free_port()
    (listen,) = (each for each in _args(dual, "DaemonSet", "node-exporter") if "listen" in each)
    own = placed(listen, {"$(HOST_IP)": address, ":9100": f":{port}"})
    with system.running("prometheus-node-exporter", own) as log:
        assert becomes(lambda: reached(port) == [address]), log.read_text()


@pytest.mark.parametrize("address", LOOPBACKS)
def test_an_alertmanager_tells_others_of_its_address(
    address: str, system: Debian, folder: Path, dual: Shop
) -> None:
    gossip, port = free_port(), free_port()
    (folder / "alertmanager.yml").write_text("route: {receiver: a}\nreceivers: [{name: a}]\n")
    told = [each for each in _args(dual, "StatefulSet", "alertmanager") if "-address=" in each]
    assert len(told) == 2
    command = (
        "prometheus-alertmanager",
        f"--config.file={system.inside(folder)}/alertmanager.yml",
        f"--storage.path={system.inside(folder)}",
        f"--web.listen-address=:{port}",
        *(each.replace(":9094", f":{gossip}").replace("$(POD_IP)", address) for each in told),
    )
    with system.running(*command) as log:
        assert becomes(lambda: reached(gossip) == reached(port) == [*LOOPBACKS]), log.read_text()
