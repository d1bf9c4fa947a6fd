"""Which alerts there are, and the runbooks that they link to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from constructs_lib.facts.alerts import AlertRule
from constructs_lib.observability.prometheus.alert_changes import AlertChange
from constructs_lib.rules import check_distinct, check_url
from constructs_lib.values import Value


class AlertSettings(Value):
    """Which alerts there are, and the runbooks that they link to.

    Args:
        runbooks: the base URL of the runbooks that alerts link to, such as
            ``https://git.example.com/shop/docs/runbooks``.
        alerts: further ones, on any metric of what is watched. One about a single construct may
            be among its facts as well.
        changes: what is different of alerts of the library and of constructs, by their names.
        off: the names of alerts that are switched off.

    Raises:
        ConfigurationError: no URL, or an alert that is named twice.
    """

    runbooks: str
    alerts: Sequence[AlertRule] = ()
    changes: Mapping[str, AlertChange] = field(default_factory=dict)
    off: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_url(f"{type(self).__name__}.runbooks", self.runbooks)
        check_distinct("Alerting.alerts", [alert.name for alert in self.alerts])
        check_distinct("Alerting.changes or off", [*self.changes, *self.off])

    def runbook(self, page: str) -> str:
        """Return the URL of a runbook."""
        return page if "://" in page else f"{self.runbooks.rstrip('/')}/{page}.md"
