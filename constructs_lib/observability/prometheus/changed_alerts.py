"""The alerts of all constructs, with those that are changed; a name that nobody has is refused."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from constructs_lib.errors import reject
from constructs_lib.facts.published import Facts
from constructs_lib.observability.prometheus import burn_rates
from constructs_lib.observability.prometheus.alert_settings import AlertSettings


def changed(read: Sequence[Facts], alerting: AlertSettings) -> list[Facts]:
    """Return facts with the alerts as they are changed.

    Args:
        read: the facts of all that Prometheus scrapes.
        alerting: what is different, and what is off.

    Raises:
        ConfigurationError: a change of an alert, or one that is off, which nobody has.
    """
    names = {alert.name for facts in read for alert in facts.alerts}
    promised = burn_rates.ALERTS if any(facts.service_level for facts in read) else ()
    for name in alerting.changes:
        if name in promised:
            reject("Alerting.changes", name, "change the ServiceLevel of its tier, or name it off")
        _check_known("Alerting.changes", name, names)
    for name in alerting.off:
        if name == "Watchdog":
            reject("Alerting.off", name, "leave it: only by it is known that alerts arrive")
        _check_known("Alerting.off", name, names.union(promised))
    return [
        replace(
            facts,
            alerts=tuple(
                alerting.changes[alert.name].applied_to(alert)
                if alert.name in alerting.changes
                else alert
                for alert in facts.alerts
            ),
        )
        for facts in read
    ]


def _check_known(field: str, name: str, known: Iterable[str]) -> None:
    if name not in (names := sorted(known)):
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.3) or names
        reject(field, name, f"use the name of an alert that there is, such as {', '.join(near)}")
