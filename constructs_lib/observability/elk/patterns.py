"""Grok patterns for log lines that are not JSON.

Fields are named as in the Elastic Common Schema. Two are renamed
later: ``logged``, the timestamp, and ``text``, the message.
"""

from __future__ import annotations

_TIME = "%{TIMESTAMP_ISO8601:[logged]}"
_PROCESS = r"\[%{INT:[process][pid]}\]"
_LEVEL = "%{WORD:[log][level]}"
_TEXT = "%{GREEDYDATA:[text]}"


def _whole(*patterns: str) -> tuple[str, ...]:
    # What belongs to one event may go over several lines; ^ would match at each of them.
    return tuple(rf"(?m)\A{pattern}\z" for pattern in patterns)


GUNICORN = _whole(
    # Of each request: https://docs.gunicorn.org/en/stable/settings.html#access-log-format
    r"%{IPORHOST:[source][address]} - %{DATA:[user][name]} \[%{HTTPDATE:[logged]}\] "
    r'"%{WORD:[http][request][method]} %{NOTSPACE:[url][original]} HTTP/%{NUMBER:[http][version]}" '
    r"%{INT:[http][response][status_code]} %{NOTSPACE:[http][response][bytes]}"
    r"( %{GREEDYDATA:[rest]})?",
    # Of itself, with the traceback of what it could not do.
    # No pattern that there is takes the blank before the zone.
    r"\[(?<logged>%{TIMESTAMP_ISO8601} %{ISO8601_TIMEZONE})\] "
    rf"{_PROCESS} \[{_LEVEL}\] {_TEXT}",
)
# All that runs in the pods of a cluster writes into the same stream.
POSTGRES = _whole(
    # PostgreSQL, by the prefix that the cluster gives it.
    rf"{_TIME} %{{WORD:[zone]}} {_PROCESS} "
    r"(%{DATA:[user][name]}@%{DATA:[postgresql][database]} %{DATA:[postgresql][application]} )?"
    rf"{_LEVEL}: +{_TEXT}",
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
