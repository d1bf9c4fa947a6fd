"""An object store with one key to it, that may be told to lose what it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

from tests.configuration.programs.loopback import serving

KEY = "AKIDEXAMPLE"


@dataclass(kw_only=True, slots=True)
class Bucket:
    """What is in the store.

    Args:
        url: where it is.
        whole: whether it keeps what it is given.
        objects: what it keeps, by path.
    """

    url: str
    whole: bool = True
    objects: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def bucket() -> Iterator[Bucket]:
    """Keep what comes until the end of the block; of a signature the key and the place count."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self._signed():
                state.objects[self.path] = body if state.whole else body[:-1]
                self._answer(200, b"")

        def do_GET(self) -> None:
            if self._signed():
                self._answer(200, state.objects[self.path])

        def _signed(self) -> bool:
            day = datetime.now(UTC).strftime("%Y%m%d")
            signature = re.match(
                rf"AWS4-HMAC-SHA256 Credential={KEY}/{day}/eu-central-1/s3/aws4_request, ?"
                r"SignedHeaders=host;x-amz-content-sha256;x-amz-date, ?Signature=[0-9a-f]{64}",
                self.headers["Authorization"],
            )
            if signature is None:
                self._answer(403, b"")
            return signature is not None

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as address:
        state = Bucket(url=f"http://{address}")
        yield state
