"""Alerts: rules of Prometheus that notify somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from constructs_lib.errors import reject
from constructs_lib.facts.promql import check_promql
from constructs_lib.facts.signals import check_metric_name
from constructs_lib.rules import check_name, check_seconds, check_text, check_url
from constructs_lib.values import Value

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_FOREIGN_LABELS = ("alertname", "severity")


class Severity(StrEnum):
    """Whether an alert pages somebody or becomes a ticket."""

    PAGE = "page"
    TICKET = "ticket"


class AlertRule(Value):
    """An alerting rule.

    Args:
        name: in CamelCase, such as ``ReplicationLagHigh``.
        expression: in PromQL.
        for_seconds: how long it must be true.
        severity: page or ticket.
        summary: of the notification, one line.
        runbook: the name of its page, or its whole address.
        labels: that the alert has in addition, such as ``{"team": "payments"}``.

    Raises:
        ConfigurationError: a name that no alert can have, an expression that is no PromQL, a
            duration out of range, an empty summary, a runbook that is neither name nor address,
            or a label that the alert has already.
    """

    name: str
    expression: str
    for_seconds: int
    severity: Severity
    summary: str
    runbook: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_metric_name("AlertRule.name", self.name)
        check_seconds("AlertRule.for_seconds", self.for_seconds, low=0)
        check_runbook("AlertRule.runbook", self.runbook)
        check_promql("AlertRule.expression", self.expression)
        check_text("AlertRule.summary", self.summary)
        if not self.summary:
            reject("AlertRule.summary", self.summary, "write one")
        check_alert_labels("AlertRule.labels", self.labels)


def check_runbook(field: str, runbook: str) -> None:
    """Refuse what is neither the name of a page nor an address."""
    if "://" in runbook:
        check_url(field, runbook)
    else:
        check_name(field, runbook)


def check_alert_labels(field: str, labels: Mapping[str, str]) -> None:
    """Refuse names of labels that Prometheus refuses, and those that each alert has."""
    for name, value in labels.items():
        if not _LABEL.fullmatch(name):
            reject(field, name, "use letters, digits and '_', no digit first")
        if name in _FOREIGN_LABELS:
            reject(field, name, "choose another: the alert has it already")
        check_text(field, value)
