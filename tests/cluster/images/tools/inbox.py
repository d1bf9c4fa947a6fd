#!/usr/bin/env python3
"""Keeps what is posted to any of its paths; GET shows it all as JSON, DELETE forgets it."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

received: list[dict[str, object]] = []


class Inbox(BaseHTTPRequestHandler):
    """A message has the second that it came in, its path, and its body."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Keep a message."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        received.append({"time": time.time(), "path": self.path, "body": body})
        self._answer(b"ok")

    def do_GET(self) -> None:
        """Show what came."""
        self._answer(json.dumps(received).encode())

    def do_DELETE(self) -> None:
        """Forget what came."""
        received.clear()
        self._answer(b"ok")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", 8080), Inbox).serve_forever()
