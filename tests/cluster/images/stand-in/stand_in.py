#!/usr/bin/env python3
"""Stands in for Grafana, Kibana and Logstash, whose programs no package index has.

It is none of them: the first two only answer that they are well. The third takes what Filebeat
sends and answers every question with the newest lines of it.
"""

from __future__ import annotations

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, "/usr/local/lib")  # it may be called by another name

from lumberjack import Event, lumberjack

KIBANA, LOGSTASH = Path("/run/secrets/tls"), Path("/usr/share/logstash/certs")
KEPT = 1000


def serve(port: int, tls: Path | None = None, events: list[Event] | None = None) -> None:
    """Answer every request with 200, over TLS where there is a certificate for it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # Prometheus gets a page without metrics.
            body = b"" if self.path == "/metrics" else json.dumps((events or [])[-KEPT:]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain" if not body else "application/json")
            self.end_headers()
            self.wfile.write(body)
            if events is not None:
                del events[:-KEPT]

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("", port), Handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "tls.crt", tls / "tls.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if LOGSTASH.exists():
    # The kubelet asks every few seconds, so that what is kept stays short.
    with lumberjack(LOGSTASH, ("", 5044)) as (_, received):
        serve(9600, events=received)
elif KIBANA.exists():
    serve(5601, KIBANA)
else:
    serve(3000)
