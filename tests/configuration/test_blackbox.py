"""The blackbox exporter trusts the authority of public hosts, where it is one's own."""

from __future__ import annotations

import ssl
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from environments import DEV
from tests.configuration.programs.certificate import sign
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes
from tests.platform.shop import build


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("trusted", [True, False])
def test_a_host_with_an_authority_of_its_own(
    system: Debian, folder: Path, tmp_path: Path, *, trusted: bool
) -> None:
    (found,) = (
        each["data"]["blackbox.yml"]
        for each in build(tmp_path / "dev", DEV).core
        if each["metadata"]["name"] == "blackbox-configuration"
    )
    sign(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    if not trusted:
        sign(folder)
    path = folder / "blackbox.yml"
    path.write_text(placed(found, {"/run/secrets/authority": system.inside(folder)}))
    port = free_port()
    command = (
        "prometheus-blackbox-exporter",
        f"--config.file={system.inside(path)}",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    with serving(Handler, tls=context) as address, system.running(*command):
        asked = urllib.parse.urlencode({"module": "site", "target": f"https://{address}"})

        def answer() -> str:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/probe?{asked}") as read:
                    text: str = read.read().decode()
            except OSError:
                return ""  # it starts
            return text

        assert becomes(lambda: f"\nprobe_success {int(trusted)}\n" in answer())
