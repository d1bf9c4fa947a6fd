"""What the kubelet hears of a server in Node.js whose event loop is busy."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

import pytest
from cdk8s import App, Chart

from constructs_lib import Container, WebTier
from constructs_lib.testing import find
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes
from tests.tiers.ends import HOST

SERVER = """
require('http').createServer((request, response) => {
  const until = Date.now() + 1000 * new URL(request.url, 'http://a').searchParams.get('busy');
  while (Date.now() < until);
  response.end('ok');
}).listen(process.env.PORT, '127.0.0.1');
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A server that runs, with the container of its manifest."""

    port: int
    container: dict[str, Any]

    def answers(self, path: str, *, seconds: float) -> bool:
        """Tell whether it answers in this time."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=seconds) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def is_alive(self) -> bool:
        """Tell whether the probe of liveness succeeds."""
        probe = self.container["livenessProbe"]
        return self.answers(probe["httpGet"]["path"], seconds=probe["timeoutSeconds"])


@pytest.fixture
def server() -> Iterator[Server]:
    """Give the server of a tier of which only image and host are said."""
    chart = Chart(App(), "web", namespace="app")
    WebTier(
        chart, "web", container=Container(image="registry.example.com/shop/web:2.0.3"), host=HOST
    )
    (container,) = find(chart, "Deployment", "web")["spec"]["template"]["spec"]["containers"]
    port = free_port()
    node = shutil.which("node") or "node"
    process = subprocess.Popen((node, "-e", SERVER), env={"PORT": str(port)})
    running = Server(port=port, container=container)
    try:
        assert becomes(lambda: running.answers("/", seconds=1))
        yield running
    finally:
        process.kill()
        process.wait()


def test_a_busy_event_loop_is_alive(server: Server) -> None:
    with ThreadPoolExecutor() as pool:
        busy = [pool.submit(server.answers, "/?busy=4", seconds=60) for _ in range(2)]
        time.sleep(0.5)
        # One turn of the loop is longer than a usual probe waits for.
        usual = server.container["readinessProbe"]["timeoutSeconds"]
        assert not server.answers("/healthz", seconds=usual)
        assert server.is_alive()
        assert all(request.result() for request in busy)
