"""The exporter of Elasticsearch, and an Elasticsearch that only tells of its snapshots."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.configuration.programs.golang import GoProgram
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.ports import free_port

PROGRAM = GoProgram(
    name="elasticsearch-exporter",
    module="github.com/prometheus-community/elasticsearch_exporter",
    version="v1.11.0",
)


@contextmanager
def elasticsearch_exporter(
    url: str, arguments: Sequence[str], *, password: str = ""
) -> Iterator[str]:
    """Run it until the end of the block; yield where it tells.

    Args:
        url: of what it asks.
        arguments: its own.
        password: of its user there.
    """
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        (
            str(PROGRAM.path()),
            *arguments,
            f"--es.uri={url}",
            f"--web.listen-address={address}",
        ),
        env={"ES_USERNAME": "exporter", "ES_PASSWORD": password},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://{address}/metrics"
    finally:
        process.kill()
        process.wait(timeout=60)


@contextmanager
def answering(answers: Mapping[str, Any]) -> Iterator[str]:
    """Answer requests by their path until the end of the block; yield where."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            self.send_response(200 if path in answers else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answers.get(path, {})).encode())

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as address:
        yield f"http://{address}"
