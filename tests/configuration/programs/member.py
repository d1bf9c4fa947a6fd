"""A member of a cluster as a router sees it."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Member:
    """One that is primary or standby, whatever the test says.

    Attributes:
        primary: whether it says that it is primary.
        patroni: the port that it is asked on.
        postgres: the port that clients are led to; it greets them by this number.
    """

    primary = False
    patroni: int
    postgres: int


@contextmanager
def member(tls: Path) -> Iterator[Member]:
    """Run a member with this certificate."""
    made = Member()

    class Patroni(BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:
            here = self.path == "/primary" if made.primary else self.path.startswith("/replica")
            self.send_response(200 if here or self.path == "/read-only" else 503)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:  # noqa: ANN401 - as it is called
            pass

    class Postgres(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(f"{made.postgres}\n".encode())
            self.request.recv(1)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "tls.crt", tls / "tls.key")
    with ExitStack() as stack:
        patroni = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Patroni))
        patroni.socket = context.wrap_socket(patroni.socket, server_side=True)
        postgres = stack.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postgres))
        made.patroni, made.postgres = patroni.server_port, postgres.server_address[1]
        for server in (patroni, postgres):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        yield made
