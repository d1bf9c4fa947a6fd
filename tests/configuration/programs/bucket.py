"""An object store with one key to it, that may be told to lose what it is given."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from tests.configuration.programs.loopback import serving

KEY = "AKIDEXAMPLE"
SECRET = "s3cret of the bucket"


@dataclass(kw_only=True, slots=True)
class Bucket:
    """What is in the store.

    Args:
        url: where it is.
        whole: whether it keeps what it is given.
        session: the token that it asks for besides; it gives out one for ``jwt`` at ``/sts``.
        objects: what it keeps, by path.
        asked: called before each answer.
    """

    url: str
    whole: bool = True
    session: str | None = None
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: Callable[[], object] = bool


def granted(session: str | None) -> bytes:
    """Return what the token service of AWS answers."""
    keys = {"AccessKeyId": KEY, "SecretAccessKey": SECRET, "SessionToken": session}
    result = {"AssumeRoleWithWebIdentityResult": {"Credentials": keys}}
    return json.dumps({"AssumeRoleWithWebIdentityResponse": result}).encode()


def is_signed(headers: Message, session: str | None) -> bool:
    """Tell whether a request has the key, and the token of the session if there is one."""
    day = datetime.now(UTC).strftime("%Y%m%d")
    token = ";x-amz-security-token" if session else ""
    signature = re.match(
        rf"AWS4-HMAC-SHA256 Credential={KEY}/{day}/eu-central-1/s3/aws4_request, ?"
        rf"SignedHeaders=host;x-amz-content-sha256;x-amz-date{token}, ?Signature=[0-9a-f]{{64}}",
        headers["Authorization"],
    )
    return signature is not None and headers.get("x-amz-security-token") == session


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

        def do_POST(self) -> None:
            asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            is_known = (self.path, asked["WebIdentityToken"]) == ("/sts", ["jwt"])
            self._answer(*((200, granted(state.session)) if is_known else (403, b"")))

        def do_GET(self) -> None:
            if self._signed():
                self._answer(200, state.objects[self.path])

        def _signed(self) -> bool:
            signed = is_signed(self.headers, state.session)
            if not signed:
                self._answer(403, b"")
            return signed

        def _answer(self, status: int, body: bytes) -> None:
            state.asked()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as address:
        state = Bucket(url=f"http://{address}")
        yield state
