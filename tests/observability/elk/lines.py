"""Lines of each kind that is no JSON, and what is read of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from constructs_lib.facts import LogFormat

TRACEBACK = """Error handling request /
Traceback (most recent call last):
  File "app.py"
ValueError: no"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line, or several that belong together.

    Args:
        writer: who writes so.
        format: that it is read by.
        text: of the line.
        fields: that the first that fits it finds.
    """

    writer: str
    format: LogFormat
    text: str
    fields: Mapping[str, str]


LINES = (
    Line(
        writer="request",
        format=LogFormat.PYTHON,
        text='10.0.0.1 - - [22/Nov/2026:22:10:00 +0000] "GET /api/a?b=1 HTTP/1.1" 200 512 "-" "c"',
        fields={
            "[source][address]": "10.0.0.1",
            "[user][name]": "-",
            "[logged]": "22/Nov/2026:22:10:00 +0000",
            "[http][request][method]": "GET",
            "[url][original]": "/api/a?b=1",
            "[http][version]": "1.1",
            "[http][response][status_code]": "200",
            "[http][response][bytes]": "512",
            "[referrer]": "-",
            "[agent]": "c",
        },
    ),
    Line(
        writer="traced request",
        format=LogFormat.PYTHON,
        text='127.0.0.1 - - [30/Nov/2026:20:08:26 +0000] "GET /api/orders HTTP/1.1" 200 50 "-" '
        '"curl" 116 "-" "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"',
        fields={
            "[source][address]": "127.0.0.1",
            "[user][name]": "-",
            "[logged]": "30/Nov/2026:20:08:26 +0000",
            "[http][request][method]": "GET",
            "[url][original]": "/api/orders",
            "[http][version]": "1.1",
            "[http][response][status_code]": "200",
            "[http][response][bytes]": "50",
            "[http][response][milliseconds]": "116",
            "[referrer]": "-",
            "[agent]": "curl",
            "[request]": "-",
            "[trace][id]": "0af7651916cd43dd8448eb211c80319c",
        },
    ),
    Line(
        writer="opentelemetry",
        format=LogFormat.PYTHON,
        text="2026-11-30 20:08:26,651 INFO [shop.orders] [traced.py:33] "
        "[trace_id=0af7651916cd43dd8448eb211c80319c span_id=6fa3e5e140a08e52 "
        "resource.service.name=api trace_sampled=True] - orders are asked for",
        fields={
            "[logged]": "2026-11-30 20:08:26,651",
            "[severity]": "INFO",
            "[log][logger]": "shop.orders",
            "[trace][id]": "0af7651916cd43dd8448eb211c80319c",
            "[span][id]": "6fa3e5e140a08e52",
            "[text]": "orders are asked for",
        },
    ),
    Line(
        writer="traceback",
        format=LogFormat.PYTHON,
        text=f"[2026-11-22 22:10:00 +0000] [7] [ERROR] {TRACEBACK}",
        fields={
            "[logged]": "2026-11-22 22:10:00 +0000",
            "[process][pid]": "7",
            "[log][level]": "ERROR",
            "[text]": TRACEBACK,
        },
    ),
    Line(
        writer="statement",
        format=LogFormat.POSTGRES,
        text="2026-11-22 22:10:00.123 UTC [42] shop@shop api LOG:  statement: SELECT\n\t1",
        fields={
            "[logged]": "2026-11-22 22:10:00.123",
            "[zone]": "UTC",
            "[process][pid]": "42",
            "[user][name]": "shop",
            "[postgresql][database]": "shop",
            "[postgresql][application]": "api",
            "[log][level]": "LOG",
            "[text]": "statement: SELECT\n\t1",
        },
    ),
    Line(
        writer="request",
        format=LogFormat.POSTGRES,
        text="2026-11-22 22:10:00.123 UTC [42] shop@shop api/5f0c41d2 ERROR:  deadlock detected",
        fields={
            "[logged]": "2026-11-22 22:10:00.123",
            "[zone]": "UTC",
            "[process][pid]": "42",
            "[user][name]": "shop",
            "[postgresql][database]": "shop",
            "[postgresql][application]": "api",
            "[request]": "5f0c41d2",
            "[log][level]": "ERROR",
            "[text]": "deadlock detected",
        },
    ),
    Line(
        writer="driver",
        format=LogFormat.POSTGRES,
        text="2026-11-22 22:10:00.123 UTC [42] shop@shop PostgreSQL JDBC Driver ERROR:  no such",
        fields={
            "[logged]": "2026-11-22 22:10:00.123",
            "[zone]": "UTC",
            "[process][pid]": "42",
            "[user][name]": "shop",
            "[postgresql][database]": "shop",
            "[postgresql][application]": "PostgreSQL JDBC Driver",
            "[log][level]": "ERROR",
            "[text]": "no such",
        },
    ),
    Line(
        writer="postgres",
        format=LogFormat.POSTGRES,
        text="2026-11-22 22:10:00.123 UTC [9] LOG:  checkpoint starting: time",
        fields={
            "[logged]": "2026-11-22 22:10:00.123",
            "[zone]": "UTC",
            "[process][pid]": "9",
            "[log][level]": "LOG",
            "[text]": "checkpoint starting: time",
        },
    ),
    Line(
        writer="pgbouncer",
        format=LogFormat.POSTGRES,
        text="2026-11-22 22:10:00.123 UTC [1] WARNING no such user: x",
        fields={
            "[logged]": "2026-11-22 22:10:00.123",
            "[zone]": "UTC",
            "[process][pid]": "1",
            "[log][level]": "WARNING",
            "[text]": "no such user: x",
        },
    ),
    Line(
        writer="pgbackrest",
        format=LogFormat.POSTGRES,
        text="2026-11-22 22:10:00.123 P00   INFO: archive-push command begin",
        fields={
            "[logged]": "2026-11-22 22:10:00.123",
            "[process][thread][id]": "00",
            "[log][level]": "INFO",
            "[text]": "archive-push command begin",
        },
    ),
    Line(
        writer="patroni",
        format=LogFormat.POSTGRES,
        text="2026-11-22 22:10:00,123 INFO: no action. I am (postgres-0), the leader",
        fields={
            "[logged]": "2026-11-22 22:10:00,123",
            "[log][level]": "INFO",
            "[text]": "no action. I am (postgres-0), the leader",
        },
    ),
    Line(
        writer="haproxy",
        format=LogFormat.POSTGRES,
        text="[ALERT]    (6) : proxy 'primary' has no server available!",
        fields={
            "[log][level]": "ALERT",
            "[process][pid]": "6",
            "[text]": "proxy 'primary' has no server available!",
        },
    ),
    Line(
        writer="exporter",
        format=LogFormat.POSTGRES,
        text='time=2026-11-22T22:10:00.828Z level=WARN source=main.go:1 msg="no answer"',
        fields={
            "[logged]": "2026-11-22T22:10:00.828Z",
            "[log][level]": "WARN",
            "[text]": 'source=main.go:1 msg="no answer"',
        },
    ),
)
# None of which fits a pattern.
OTHERS = ("Traceback (most recent call last):", "[2026", "a\n[2026-")
