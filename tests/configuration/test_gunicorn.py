"""What gunicorn does with just the arguments that an `ApiTier` gives it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from cdk8s import App, Chart

from constructs_lib import ApiTier, Container
from constructs_lib.testing import find
from tests.configuration.programs.example_apps import api_programs
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes

APPLICATION = """
import time
from flask import Flask, request

app = Flask(__name__)
app.get("/healthz")(lambda: "ok")

@app.get("/slow")
def slow():
    time.sleep(float(request.args["seconds"]))
    return "late"
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A gunicorn that runs.

    Args:
        process: its first process.
        port: where it answers.
        container: its container in the manifest.
    """

    process: subprocess.Popen[bytes]
    port: int
    container: dict[str, Any]

    def ask(self, path: str, *, seconds: float = 60) -> str:
        """Return the text of an answer."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=seconds) as response:
            return str(response.read().decode())

    def is_open(self) -> bool:
        """Tell whether it accepts a connection, as the kubelet asks."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=3):
            return True

    def is_up(self) -> bool:
        """Tell whether it answers."""
        try:
            return self.ask("/healthz", seconds=3) == "ok"
        except OSError:
            return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Give the server of a tier of which only the image is said."""
    chart = Chart(App(), "api", namespace="app")
    ApiTier(chart, "api", container=Container(image="registry.example.com/shop/api:2.0.3"))
    pod = find(chart, "Deployment", "api")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    port, programs = free_port(), api_programs()
    arguments = told["GUNICORN_CMD_ARGS"].replace(f":{told['PORT']}", f":{port}")
    (tmp_path / "app.py").write_text(APPLICATION)
    process = subprocess.Popen(
        ("gunicorn", "app:app"),
        cwd=tmp_path,
        env={
            **told,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "GUNICORN_CMD_ARGS": arguments,
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        },
        start_new_session=True,
    )
    running = Server(process=process, port=port, container=container)
    try:
        assert becomes(running.is_up, seconds=60)
        yield running
    finally:
        process.kill()
        process.wait(timeout=60)


def test_a_pod_that_is_busy_is_alive(server: Server) -> None:
    """Its threads answer nobody, as a path would find; the probe of the manifest asks none."""
    assert "--threads=4" in str(server.container["env"])
    assert list(server.container["livenessProbe"]) == [
        *("failureThreshold", "periodSeconds", "tcpSocket", "timeoutSeconds")
    ]
    with ThreadPoolExecutor() as pool:
        clients = [pool.submit(server.ask, "/slow?seconds=10") for _ in range(4)]
        time.sleep(1)
        for _ in range(2):
            assert not server.is_up(), "a path is answered: the threads are not all busy"
            assert server.is_open()
        assert [client.result() for client in clients] == ["late"] * 4
    assert server.is_up()


def test_a_request_as_long_as_a_worker_may_take_is_answered_after_sigterm(server: Server) -> None:
    with ThreadPoolExecutor() as pool:
        begun = time.monotonic()
        client = pool.submit(server.ask, "/slow?seconds=45")
        time.sleep(1)
        server.process.send_signal(signal.SIGTERM)
        assert client.result() == "late"
        assert time.monotonic() - begun > 44
    assert server.process.wait(timeout=20) == 0
