"""Whoever sees the processes of a node sees no password of what scripts start."""

from __future__ import annotations

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.configuration.programs.loopback import serving
from tests.configuration.test_log_scripts import run, write

Files = Mapping[str, Mapping[str, str]]
SCRIPTS = {
    "set-up.sh": ("elasticsearch-set-up-set-up", "elasticsearch-set-up-requests"),
    "import-views.sh": ("kibana-views-views", None),
}
KEYS = (
    *(f"users/{name}" for name in ("administrator", "exporter", "kibana", "logstash")),
    *("users/set-up", "users/views", "reader/password"),
)


def processes() -> str:
    """Return the command lines and the environments of all processes."""
    seen = []
    for place in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                seen.append((place / name).read_bytes().replace(b"\0", b" ").decode("latin-1"))
            except OSError:
                continue
    return "\n".join(seen)


@pytest.mark.mission("B62")
@pytest.mark.parametrize("name", SCRIPTS)
def test_no_password_is_in_the_list_of_processes(name: str, files: Files, tmp_path: Path) -> None:
    """Each request is a moment at which the program that sends it runs."""
    seen: list[str] = []

    class Observer(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(processes())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"success": true}')

        def do_POST(self) -> None:
            self.do_PUT()

        def log_message(self, *_: object) -> None:
            pass

    script, requests = SCRIPTS[name]
    write(tmp_path / "views", files["kibana-views-views"])
    write(tmp_path / "run/secrets", {key: f"s3cret of {key}" for key in KEYS})
    write(tmp_path / "run/secrets", {"reader/username": "grafana"})
    text = files[script][name]
    if requests:
        write(tmp_path / "requests", files[requests])
        text = text.replace("/requests/", f"{tmp_path}/requests/")
    with serving(Observer) as address:
        done = run(text, tmp_path, URL=f"http://{address}")
    assert done.returncode == 0, done.stdout
    assert seen
    for moment in seen:
        assert "curl --silent" in moment
        assert "s3cret" not in moment
