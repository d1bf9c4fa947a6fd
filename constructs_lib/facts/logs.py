"""Logs: how the lines of pods are read."""

from __future__ import annotations

from enum import StrEnum

from constructs_lib.facts.network import Peer
from constructs_lib.values import Value


class LogFormat(StrEnum):
    """The format of the log lines of a workload."""

    JSON = "json"
    GUNICORN = "gunicorn"
    POSTGRES = "postgres"
    PLAIN = "plain"


class PodLogs(Value):
    """The format of the log lines of pods.

    Args:
        peer: the pods.
        format: of their lines.

    Raises:
        ConfigurationError: no `LogFormat`.
    """

    peer: Peer
    format: LogFormat
