"""The SDKs of OpenTelemetry for Python and Node.js, and a collector that keeps what they send."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.configuration.programs.cache import kept
from tests.configuration.programs.loopback import serving

VERSION = "0.66b1"
NODE_VERSION = "0.82.0"
_PYTHON = (
    *("celery==5.5.2", "flask==3.1.3", "gunicorn==27.0.1"),
    "opentelemetry-exporter-otlp-proto-http==1.45.1",
    *(
        f"opentelemetry-{name}=={VERSION}"
        for name in (
            "distro",
            "instrumentation-celery",
            "instrumentation-flask",
            "instrumentation-logging",
        )
    ),
)
_READ = """
import base64, json, sys
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
for line in sys.stdin:
    for told in ExportTraceServiceRequest.FromString(base64.b16decode(line.strip())).resource_spans:
        resource = {each.key: each.value.string_value for each in told.resource.attributes}
        for span in (span for scope in told.scope_spans for span in scope.spans):
            ids = (span.trace_id, span.span_id, span.parent_span_id)
            print(json.dumps([resource, span.name, *(each.hex() for each in ids)]))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A span that arrived.

    Args:
        resource: the attributes of the process that sent it.
        name: of the span.
        trace: its trace.
        id: its own.
        parent: that it is a part of; empty for the first.
    """

    resource: dict[str, str]
    name: str
    trace: str
    id: str
    parent: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Collector:
    """A collector.

    Args:
        address: where it answers.
        sent: the path and the body of each request.
    """

    address: str
    sent: list[tuple[str, bytes]] = field(default_factory=list)

    def spans(self, service: str) -> list[Span]:
        """Return what a service has sent."""
        bodies = "\n".join(body.hex().upper() for _, body in self.sent)
        read = subprocess.run(
            (python_programs() / "python", "-c", _READ),
            input=bodies,
            check=True,
            capture_output=True,
            text=True,
        )
        found = (
            Span(resource=resource, name=name, trace=trace, id=id, parent=parent)
            for resource, name, trace, id, parent in map(json.loads, read.stdout.splitlines())
        )
        return [each for each in found if each.resource["service.name"] == service]


@contextmanager
def collecting() -> Iterator[Collector]:
    """Collect until the end of the block."""
    sent: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = b"".join(_read(self))
            if self.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            sent.append((self.path, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as address:
        yield Collector(address=address, sent=sent)


def _read(request: BaseHTTPRequestHandler) -> Iterator[bytes]:
    """Yield the body of a request, which Node.js sends in chunks."""
    if request.headers["Transfer-Encoding"] != "chunked":
        yield request.rfile.read(int(request.headers["Content-Length"]))
        return
    while size := int(request.rfile.readline(), 16):
        yield request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()


def python_programs() -> Path:
    """Return the folder of the programs in Python, such as `opentelemetry-instrument`."""

    def install(folder: Path) -> None:
        subprocess.run((sys.executable, "-m", "venv", folder), check=True)
        subprocess.run((folder / "bin/pip", "install", "--quiet", *_PYTHON), check=True)

    return kept(f"opentelemetry-python-{VERSION}", install) / "bin"


def node_modules() -> Path:
    """Return the folder of the modules for Node.js."""

    def install(folder: Path) -> None:
        npm = shutil.which("npm") or "npm"
        package = f"@opentelemetry/auto-instrumentations-node@{NODE_VERSION}"
        words = ("--silent", "--no-audit", "--no-fund", "install", "@opentelemetry/api", package)
        subprocess.run((npm, *words), check=True, cwd=folder)

    return kept(f"opentelemetry-node-{NODE_VERSION}", install) / "node_modules"
