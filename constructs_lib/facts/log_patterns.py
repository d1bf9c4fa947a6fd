"""Grok patterns of what servers print that is no JSON, and of the lines that go on with another.

Fields are named as in the Elastic Common Schema. Some are renamed later: ``logged``, the timestamp,
``text``, the message, ``severity``, its level, and ``thrown``, the class of an exception.
"""

from __future__ import annotations

_TIME = "%{TIMESTAMP_ISO8601:[logged]}"
_PROCESS = r"\[%{INT:[process][pid]}\]"
_LEVEL = "%{WORD:[log][level]}"
_SEVERITY = "(?<severity>DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)"
_LOGGER = r"%{NOTSPACE:[log][logger]}"
_TEXT = "%{GREEDYDATA:[text]}"
# Gunicorn puts a backslash before quotes within.
_QUOTED = r'([^"\\]|\\.)*'

# The header of a request: https://www.w3.org/TR/trace-context/#traceparent-header
TRACEPARENT = "%{WORD}-%{WORD:[trace][id]}-%{WORD}-%{WORD}"

GUNICORN_ACCESS = (
    '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(M)s "%({x-request-id}i)s" '
    '"%({traceparent}i)s"'
)
PYTHON = (
    # Of each request, as `GUNICORN_ACCESS` says, or as gunicorn does by itself:
    # https://docs.gunicorn.org/en/stable/settings.html#access-log-format
    (
        r"%{IPORHOST:[source][address]} - %{DATA:[user][name]} \[%{HTTPDATE:[logged]}\] "
        r'"%{WORD:[http][request][method]} %{NOTSPACE:[url][original]} '
        r'HTTP/%{NUMBER:[http][version]}" '
        r"%{INT:[http][response][status_code]} %{NOTSPACE:[http][response][bytes]}"
        rf'( "(?<referrer>{_QUOTED})" "(?<agent>{_QUOTED})")?'
        rf'( %{{INT:[http][response][milliseconds]}} "(?<request>{_QUOTED})"'
        rf'( "({TRACEPARENT}|{_QUOTED})")?)?'
    ),
    # Gunicorn of itself, with the traceback of what it could not do.
    # No pattern that there is takes the blank before the zone.
    (
        r"\[(?<logged>%{TIMESTAMP_ISO8601} %{ISO8601_TIMEZONE})\] "
        rf"{_PROCESS} \[{_LEVEL}\] {_TEXT}"
    ),
    # Flask, where nobody has set up a logger.
    rf"\[{_TIME}\] {_SEVERITY} in {_LOGGER}: {_TEXT}",
    # Celery: its log, what it says as it starts, and as it stops.
    rf"\[{_TIME}: {_SEVERITY}/%{{DATA:[process][name]}}\] {_TEXT}",
    r"\s*-+ celery@.*",
    rf"worker: {_TEXT}",
    # OpenTelemetry, with OTEL_PYTHON_LOG_CORRELATION=true.
    (
        rf"{_TIME} {_SEVERITY} \[%{{DATA:[log][logger]}}\] \[%{{DATA}}\] "
        rf"\[trace_id=%{{WORD:[trace][id]}} span_id=%{{WORD:[span][id]}} %{{DATA}}\] - {_TEXT}"
    ),
    # The module `logging`: its own form, and those that are written most.
    rf"{_SEVERITY}:%{{DATA:[log][logger]}}:{_TEXT}",
    rf"{_TIME}[: ]{_SEVERITY}:%{{DATA:[log][logger]}}:{_TEXT}",
    rf"{_TIME} - {_LOGGER} - {_SEVERITY} - {_TEXT}",
    rf"(\[?{_TIME}\]?,? )?\[?{_SEVERITY}\]?:? +(\[%{{DATA:[log][logger]}}\] )?{_TEXT}",
    # The module `warnings`.
    rf"\S+\.py:\d+: \w*(?<severity>Warning): {_TEXT}",
    # What nobody caught.
    r"Traceback \(most recent call last\):.*\n(?<thrown>[\w.]+)(: .*)?",
)
PYTHON_CONTINUES = (
    r"^\s",
    r"^$",
    r"^Traceback \(most recent call last\):",
    r"^(During handling of the above exception|The above exception was the direct cause)",
    # An exception by its whole name, or one that Python has itself.
    r"^[a-z_]\w*(\.\w+)*\.[A-Z]\w*(:|$)",
    r"^\w*(Error|Exception|Warning|Exit|Interrupt|Iteration|Group)(:|$)",
    # Celery says as it starts what it is told, over many lines.
    r"^(-{1,3} \*|- \*\* |\[tasks\])",
    # What databases and SQLAlchemy add to theirs.
    r"^(LINE \d+|DETAIL|HINT|CONTEXT): ",
    r"^(\[SQL: |\[parameters: |\(Background on this error at: )",
)
NEXT_SIGNS = {
    "\N{VECTOR OR CROSS PRODUCT}": "error",
    "⚠": "warn",
    "✓": "info",
    "○": "info",
    "▲": "info",
    "»": "trace",
}
NODE = (
    # Next.js: https://github.com/vercel/next.js/blob/canary/packages/next/src/build/output/log.ts
    rf"\s*(?<severity>[{''.join(NEXT_SIGNS)}]) +{_TEXT}",
    # An error that was printed, or that nobody caught; its stack follows.
    r"(Uncaught )?(?<thrown>[A-Za-z_$][\w$]*(Error|Exception))(:| \[|\n).*",
    # What else console.log is given.
    _TEXT,
)
NODE_CONTINUES = (r"^\s", r"^$", r"^\}")
NGINX = (
    # What went wrong: https://nginx.org/en/docs/ngx_core_module.html#error_log
    (
        r"(?<logged>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[%{WORD:[log][level]}\] "
        rf"%{{INT:[process][pid]}}#%{{INT:[process][thread][id]}}: (\*\d+ )?{_TEXT}"
    ),
    # What the controller says of itself.
    _TEXT,
)
NGINX_TIMES = ("yyyy/MM/dd HH:mm:ss",)
# All that runs in the pods of a cluster writes into the same stream.
POSTGRES = (
    # PostgreSQL, by the prefix that the cluster gives it; the application may say for which
    # request it asks, as "api/5f0c…".
    (
        rf"{_TIME} %{{WORD:[zone]}} {_PROCESS} "
        r"(%{DATA:[user][name]}@%{DATA:[postgresql][database]} "
        r"%{DATA:[postgresql][application]}(/(?<request>[\w-]{8,}))? )?"
        rf"{_LEVEL}: +{_TEXT}"
    ),
    # PgBouncer.
    rf"{_TIME} %{{WORD:[zone]}} {_PROCESS} {_LEVEL} {_TEXT}",
    # pgBackRest.
    rf"{_TIME} P%{{INT:[process][thread][id]}} +{_LEVEL}: {_TEXT}",
    # Patroni.
    rf"{_TIME} {_LEVEL}: {_TEXT}",
    # HAProxy, which tells no time.
    rf"\[{_LEVEL}\] +\(%{{INT:[process][pid]}}\) : {_TEXT}",
    # The exporters.
    rf"time=%{{NOTSPACE:[logged]}} level={_LEVEL} {_TEXT}",
)
POSTGRES_CONTINUES = (r"^\s",)
# PostgreSQL and PgBouncer, of whoever does not come in.
POSTGRES_REFUSALS = (
    "authentication failed",
    r"no pg_hba\.conf entry",
    r"pg_hba\.conf rejects",
    "is not permitted to log in",
    'permission denied for database "',
)
