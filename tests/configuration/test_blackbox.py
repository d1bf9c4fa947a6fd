"""The blackbox exporter trusts the authority of public hosts, where it is one's own."""

from __future__ import annotations

import ssl
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cdk8s import App

from constructs_lib import Route, SecretRef
from constructs_lib.facts import Facts
from constructs_lib.testing import find
from environments import DEV
from tests.configuration.programs.certificate import sign
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes
from tests.observability.prometheus.ends import INTERNET, stack
from tests.platform.shop import build
from tests.tiers.ends import SERVED


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def of_dev(folder: Path) -> str:
    """Return what the exporter is told of a laptop's platform, whose authority is its own."""
    (found,) = (
        each["data"]["blackbox.yml"]
        for each in build(folder, DEV).core
        if each["metadata"]["name"] == "blackbox-configuration"
    )
    return str(found)


def of_an_api(folder: Path) -> str:
    """Return what it is told of a host that only has an API."""
    api = replace(SERVED, route=Route(paths=("/api",)))
    chart, _ = stack(
        App(outdir=str(folder)),
        watches=[Facts(routes=(api,))],
        internet=INTERNET,
        host_authority=SecretRef(name="authority", keys=("ca.crt",)),
    )
    return str(find(chart, "ConfigMap", "blackbox-configuration")["data"]["blackbox.yml"])


@pytest.mark.parametrize(
    ("module", "told", "scheme"), [("site", of_dev, "https://"), ("door", of_an_api, "")]
)
@pytest.mark.parametrize("trusted", [True, False])
def test_a_host_with_an_authority_of_its_own(
    system: Debian,
    folder: Path,
    tmp_path: Path,
    module: str,
    told: Callable[[Path], str],
    scheme: str,
    *,
    trusted: bool,
) -> None:
    found = told(tmp_path / "told")
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
        asked = urllib.parse.urlencode({"module": module, "target": f"{scheme}{address}"})

        def answer() -> str:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/probe?{asked}") as read:
                    text: str = read.read().decode()
            except OSError:
                return ""  # it starts
            return text

        assert becomes(lambda: f"\nprobe_success {int(trusted)}\n" in answer())
