"""Patroni hears of new certificates, also of those of a new authority."""

from __future__ import annotations

import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from ssl import CERT_REQUIRED, PROTOCOL_TLS_SERVER, SSLContext

import pytest

from tests.configuration.programs.certificate import sign
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.mounted import logins, written
from tests.configuration.programs.postgresql import Files
from tests.configuration.programs.waiting import becomes


@pytest.mark.mission("B64")
def test_patroni_is_told_by_one_that_it_still_trusts(tmp_path: Path, files: Files) -> None:
    """It is made up: it trusts the authority of its start until it is told of the new one."""
    for name in ("credentials", "tls"):
        (tmp_path / name).mkdir()
    for name in ("monitor", "replication", "rewind"):
        (tmp_path / "credentials" / name).write_text("secret")
    logins(tmp_path, lambda user: f"secret of {user}")
    secret = {"/run/secrets": str(tmp_path)}
    written(tmp_path / "databases.json", files["postgres-databases"]["databases.json"], secret)
    sign(tmp_path / "tls")
    asked: list[str] = []

    class Patroni(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(202)
            self.end_headers()

    trusts = SSLContext(PROTOCOL_TLS_SERVER)
    trusts.load_cert_chain(tmp_path / "tls/tls.crt", tmp_path / "tls/tls.key")
    trusts.load_verify_locations(tmp_path / "tls/ca.crt")
    trusts.verify_mode = CERT_REQUIRED
    with serving(Patroni, tls=trusts) as address:
        scripts = files["postgres-scripts"]
        written(tmp_path / "verifiers.py", scripts["verifiers.py"], {})
        script = written(
            tmp_path / "credentials.py",
            scripts["credentials.py"],
            {
                **secret,
                "/etc/databases": str(tmp_path),
                "/run/patroni": str(tmp_path),
                "localhost:8008": address,
                "time.sleep(10)": "time.sleep(0.2)",
            },
        )
        watching = subprocess.Popen((sys.executable, script, "watch"))
        try:
            assert becomes((tmp_path / "alive").exists)
            sign(tmp_path / "tls")
            assert becomes(lambda: asked == ["/reload"])
            # The first process of a container hears no signal that it did not ask for, so that it
            # must not be ended by the default.
            watching.terminate()
            assert watching.wait(10) == 0
        finally:
            watching.kill()
            watching.wait()
