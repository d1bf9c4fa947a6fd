"""What is different of an alert of the library: its threshold, its time or its severity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace

from constructs_lib.errors import reject
from constructs_lib.facts.alerts import (
    AlertRule,
    Severity,
    check_alert_labels,
    check_runbook,
)
from constructs_lib.facts.promql import check_promql
from constructs_lib.rules import check_seconds, check_text
from constructs_lib.values import Value

# Of a comparison that orders; == is most often a condition, and of labels in any case.
_COMPARED = re.compile(r"(?P<sign>[<>]=?)\s*(?P<number>-?\d+(\.\d+)?([eE][+-]?\d+)?)(?![\w.*/])")


class Unchanged(Value):
    """As the alert has it."""


class AlertChange(Value):
    """What is different of an alert.

    Args:
        threshold: the number that its expression compares with, where there is one alone.
        expression: the whole of it, in PromQL.
        for_seconds: how long it must be true.
        severity: page or ticket.
        summary: of the notification.
        runbook: the name of its page, or its address.
        labels: in addition to its own.

    Raises:
        ConfigurationError: nothing is different, a threshold beside an expression, what is no
            PromQL, or a duration out of range.
    """

    threshold: float | Unchanged = Unchanged()
    expression: str | Unchanged = Unchanged()
    for_seconds: int | Unchanged = Unchanged()
    severity: Severity | Unchanged = Unchanged()
    summary: str | Unchanged = Unchanged()
    runbook: str | Unchanged = Unchanged()
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not any(value != {} and value != Unchanged() for value in vars(self).values()):
            reject("AlertChange", self, "say what is different")
        if isinstance(self.expression, str):
            check_promql("AlertChange.expression", self.expression)
            if not isinstance(self.threshold, Unchanged):
                reject("AlertChange.threshold", self.threshold, "write it into the expression")
        if isinstance(self.for_seconds, int):
            check_seconds("AlertChange.for_seconds", self.for_seconds, low=0)
        if isinstance(self.summary, str):
            check_text("AlertChange.summary", self.summary)
        if isinstance(self.runbook, str):
            check_runbook("AlertChange.runbook", self.runbook)
        check_alert_labels("AlertChange.labels", self.labels)

    def applied_to(self, alert: AlertRule) -> AlertRule:
        """Return an alert with what is different.

        Raises:
            ConfigurationError: a threshold, but its expression compares with none or several.
        """
        told = {
            name: value
            for name in ("expression", "for_seconds", "severity", "summary", "runbook")
            if not isinstance(value := getattr(self, name), Unchanged)
        }
        if not isinstance(self.threshold, Unchanged):
            found = list(_COMPARED.finditer(alert.expression))
            if len(found) != 1:
                reject(
                    f"Alerting.changes[{alert.name!r}].threshold",
                    self.threshold,
                    f"say the expression: of {alert.expression!r} it is not plain which number",
                )
            told["expression"] = _COMPARED.sub(rf"\g<sign> {self.threshold:g}", alert.expression)
        return replace(alert, **told, labels={**alert.labels, **self.labels})
