"""What the application tells of itself: log lines in JSON, and metrics."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
import uuid

from flask import Flask, Response, g, has_request_context, request
from prometheus_client import Counter, Gauge, Histogram

_REQUESTS = Counter("http_requests", "Requests, by the code of the answer.", ["code"])
_DURATION = Histogram("http_request_duration_seconds", "How long requests took.")
_IN_FLIGHT = Gauge(
    "http_requests_in_flight", "Requests at this moment.", multiprocess_mode="livesum"
)
_PROBES = {"/healthz", "/readyz"}
# What whoever is in front calls the request; it ends up in lines and in the database.
_REQUEST_ID = re.compile(r"[\w-]{8,36}", re.ASCII)

log = logging.getLogger("app")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # OpenTelemetry adds it, where the API is started with `opentelemetry-instrument`.
        trace = getattr(record, "otelTraceID", None)
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "msg": record.getMessage(),
            **({"request_id": g.request_id} if has_request_context() else {}),
            **({"trace_id": trace} if trace else {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["stack"] = self.formatException(record.exc_info)
        return json.dumps(line)


def origin() -> str:
    """Return what the database is to write of who asks: the application, and the request."""
    name = os.environ["PGAPPNAME"]
    return f"{name}/{g.request_id}" if has_request_context() else name


def watch(app: Flask) -> None:
    """Count, measure and log what the application is asked, but for probes."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Json())
    logging.basicConfig(level=logging.INFO, handlers=[handler])

    @app.before_request
    def begin() -> None:
        g.begun = time.monotonic()
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        if request.path not in _PROBES:
            _IN_FLIGHT.inc()

    @app.after_request
    def end(response: Response) -> Response:
        if request.path not in _PROBES:
            seconds = time.monotonic() - g.begun
            _IN_FLIGHT.dec()
            _REQUESTS.labels(response.status_code).inc()
            _DURATION.observe(seconds)
            fields = {
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "seconds": round(seconds, 3),
            }
            log.info("answered", extra={"fields": fields})
        return response
