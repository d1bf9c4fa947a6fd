"""Logs: how the lines of pods are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from constructs_lib.errors import reject
from constructs_lib.facts import log_patterns
from constructs_lib.facts.network import Neighbour, Peer
from constructs_lib.rules import check_name, check_text
from constructs_lib.values import Value

# What Go's regular expressions, which Filebeat has, do not know.
_UNKNOWN_TO_GO = re.compile(r"\(\?(=|!|<[=!])|\\[1-9]")


class LogFormat(Value):
    r"""How the lines of a workload are read.

    ``LogFormat.JSON``, ``PYTHON`` (gunicorn, Flask, Celery and the module ``logging``), ``NODE``
    (Node.js and Next.js), ``NGINX`` (with an access log in JSON), ``POSTGRES`` and ``PLAIN`` are
    there; or one of your own::

        LogFormat(
            name="mailer",
            patterns=(r"%{WORD:[log][level]} %{TIMESTAMP_ISO8601:[logged]} %{GREEDYDATA:[text]}",),
            continues=(r"^\s",),
        )

    Args:
        name: that each line has in ``service.log_format``; a line that no pattern fits has the tag
            ``_<name>failure``.
        json: whether a line that begins with ``{`` is read as JSON.
        patterns: for all others, in the language of grok, the first that fits a whole line. They
            find ``[logged]``, the time, ``[log][level]``, ``[text]``, the message, and any others.
            None for lines that are text.
        times: the forms of ``[logged]`` that are neither ISO 8601, milliseconds nor those of web
            servers, as the filter ``date`` of Logstash has them.
        continues: regular expressions of Go, of a line that goes on with the one before.
        refusals: regular expressions of Go that find, in the message of a line, that somebody was
            not let in. Many of such lines are an alert.

    Raises:
        ConfigurationError: what cannot be written for Logstash, or is no regular expression of Go.
    """

    name: str
    json: bool = True
    patterns: Sequence[str] = ()
    times: Sequence[str] = ()
    continues: Sequence[str] = ()
    refusals: Sequence[str] = ()

    JSON: ClassVar[LogFormat]
    PYTHON: ClassVar[LogFormat]
    NODE: ClassVar[LogFormat]
    NGINX: ClassVar[LogFormat]
    POSTGRES: ClassVar[LogFormat]
    PLAIN: ClassVar[LogFormat]

    def __post_init__(self) -> None:
        check_name("LogFormat.name", self.name)
        for text in (*self.patterns, *self.times):
            check_text("LogFormat.patterns or times", text)
            if "\n" in text or {"'", '"'} <= set(text):
                reject("LogFormat.patterns or times", text, "use one kind of quotes and one line")
        for name in ("continues", "refusals"):
            for expression in getattr(self, name):
                _check_expression(f"LogFormat.{name}", expression)


def _check_expression(field: str, expression: str) -> None:
    check_text(field, expression)
    try:
        re.compile(expression)
    except re.error as error:
        reject(field, expression, f"write a regular expression: {error}")
    if _UNKNOWN_TO_GO.search(expression):
        reject(field, expression, "use no lookaround and no back reference")
    if "\n" in expression:
        reject(field, expression, "write one line")


LogFormat.JSON = LogFormat(name="json")
LogFormat.PYTHON = LogFormat(
    name="python", patterns=log_patterns.PYTHON, continues=log_patterns.PYTHON_CONTINUES
)
LogFormat.NODE = LogFormat(
    name="node", patterns=log_patterns.NODE, continues=log_patterns.NODE_CONTINUES
)
LogFormat.NGINX = LogFormat(
    name="nginx", patterns=log_patterns.NGINX, times=log_patterns.NGINX_TIMES
)
LogFormat.POSTGRES = LogFormat(
    name="postgres",
    json=False,
    patterns=log_patterns.POSTGRES,
    continues=log_patterns.POSTGRES_CONTINUES,
    refusals=log_patterns.POSTGRES_REFUSALS,
)
LogFormat.PLAIN = LogFormat(name="plain", json=False)


class PodLogs(Value):
    """The format of the log lines of pods.

    Args:
        peer: the pods; a `Neighbour` for those that the cluster has already, such as an ingress
            controller's.
        format: of their lines.
    """

    peer: Peer | Neighbour
    format: LogFormat
