"""A web server of the test itself, on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Thread


@contextmanager
def running(server: ThreadingHTTPServer, *, tls: SSLContext | None = None) -> Iterator[str]:
    """Let a server answer until the end of the block; yield where."""
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def serving(
    handler: type[BaseHTTPRequestHandler], *, tls: SSLContext | None = None
) -> AbstractContextManager[str]:
    """Answer with a handler until the end of the block; yield where."""
    return running(ThreadingHTTPServer(("127.0.0.1", 0), handler), tls=tls)
