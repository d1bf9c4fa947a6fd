"""A probe whose outcome a test chooses, and a receiver of what is told about it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.configuration.programs.loopback import serving


@dataclass(kw_only=True, slots=True)
class Outside:
    """What is outside of the alert path, at both of its ends.

    Args:
        address: where it listens.
        works: whether the site that is probed answers.
        heard: body of each message that came, by the path that it came to.
    """

    address: str
    works: bool = True
    heard: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))


@contextmanager
def outside() -> Iterator[Outside]:
    """Listen until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, f"probe_success {int(state.works)}\n")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.heard[self.path].append(body)
            self._answer(202, "{}")

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as address:
        state = Outside(address=address)
        yield state
