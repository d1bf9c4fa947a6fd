#!/usr/bin/env python3
"""Stands in for Grafana, Kibana and Logstash, whose programs no package index has.

It is none of them: the first two only answer that they are well. The third takes what Filebeat
sends and gives it to Elasticsearch as it is; no line is read by a pattern.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import ssl
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

sys.path.insert(0, "/usr/local/lib")  # it may be called by another name

from lumberjack import Event, lumberjack

KIBANA, LOGSTASH = Path("/run/secrets/tls"), Path("/usr/share/logstash/certs")
INDEX = "https://elasticsearch.logging.svc.cluster.local:9200/logs-app-default/_bulk"


def serve(port: int, tls: Path | None = None) -> None:
    """Answer every request with 200, over TLS where there is a certificate for it."""
    server = ThreadingHTTPServer(("", port), WellHandler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "tls.crt", tls / "tls.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


class WellHandler(BaseHTTPRequestHandler):
    """Is well, whatever it is asked."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Say so; Prometheus gets a page without metrics."""
        body = b"" if self.path == "/metrics" else b'{"success": true}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if body else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Take what is sent, and say the same."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Write nothing of it."""


def hand_on(events: list[Event]) -> None:
    """Give events to Elasticsearch; what it does not take stays, the newest few thousand."""
    password = os.environ["ELASTICSEARCH_PASSWORD"]
    login = base64.b64encode(f"logstash:{password}".encode()).decode()
    trust = ssl.create_default_context(cafile="/run/secrets/elasticsearch/ca.crt")
    while True:
        time.sleep(1)
        if not (batch := events[:500]):
            continue
        lines = [line for event in batch for line in ('{"create": {}}', json.dumps(event))]
        request = urllib.request.Request(
            INDEX,
            data="\n".join([*lines, ""]).encode(),
            headers={"Content-Type": "application/x-ndjson", "Authorization": f"Basic {login}"},
        )
        try:
            urllib.request.urlopen(request, timeout=30, context=trust).close()
        except OSError as error:
            print(f"Elasticsearch: {error}", flush=True)
            del events[:-5000]
        else:
            del events[: len(batch)]


# The first process of a container is ended by no signal that it does not handle.
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
if LOGSTASH.exists():
    with lumberjack(LOGSTASH, ("", 5044)) as (_, received):
        Thread(target=hand_on, args=(received,), daemon=True).start()
        serve(9600)
elif KIBANA.exists():
    serve(5601, KIBANA)
else:
    serve(3000)
