"""A receiver of what Filebeat sends, in place of Logstash.

The protocol: https://github.com/logstash-plugins/logstash-input-beats/blob/main/PROTOCOL.md
"""

from __future__ import annotations

import json
import ssl
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase, BytesIO
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

Event = dict[str, Any]


@contextmanager
def lumberjack(
    tls: Path, place: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[tuple[str, list[Event]]]:
    """Receive until the end of the block; give the address, and a list that events come to.

    Args:
        tls: the folder of the certificate, its key, and the authority of both sides.
        place: where it listens, at any free port by default.
    """
    events: list[Event] = []

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while header := self.rfile.read(6):
                (count,) = struct.unpack("!I", header[2:])
                received = list(_events(self.rfile, count))
                events.extend(received)
                # Nobody who sent these sends them again.
                self.wfile.write(b"2A" + struct.pack("!I", count))

    class Server(ThreadingTCPServer):
        daemon_threads = True

        def get_request(self) -> Any:  # noqa: ANN401
            plain, address = self.socket.accept()
            return context.wrap_socket(plain, server_side=True), address

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "tls.crt", tls / "tls.key")
    context.load_verify_locations(tls / "ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    with Server(place, Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}", events
        finally:
            server.shutdown()


def _events(stream: BufferedIOBase, count: int) -> Iterator[Event]:
    """Yield so many events; frames are compressed or not."""
    while count:
        kind = stream.read(2)
        if kind == b"2C":
            (size,) = struct.unpack("!I", stream.read(4))
            stream = BytesIO(zlib.decompress(stream.read(size)))
        elif kind == b"2J":
            _, size = struct.unpack("!II", stream.read(8))
            yield json.loads(stream.read(size))
            count -= 1
        else:
            raise ValueError(f"{kind!r} is no frame")
