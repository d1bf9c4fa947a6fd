"""Teams: whose alerts reach whom, and when their tickets are sent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from constructs_lib.errors import reject
from constructs_lib.observability.prometheus.receivers import Receiver
from constructs_lib.pods.schedule import check_time_zone
from constructs_lib.rules import check_name, check_namespace, check_text
from constructs_lib.values import Value

Receivers: TypeAlias = Receiver | Sequence[Receiver]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class WorkingHours(Value):
    """The hours in which tickets are sent; what comes up outside of them waits for the next.

    Args:
        time_zone: such as ``Europe/Berlin``.
        days: of the week.
        start: on each of these days.
        end: on the same day, ``24:00`` at most.

    Raises:
        ConfigurationError: no day of the week, no time, or an end before the start.
    """

    time_zone: str
    days: Sequence[str] = DAYS[:5]
    start: str = "08:00"
    end: str = "18:00"

    def __post_init__(self) -> None:
        check_time_zone("WorkingHours.time_zone", self.time_zone)
        for day in self.days or ("",):
            if day not in DAYS:
                reject("WorkingHours.days", day, f"use {', '.join(DAYS)}")
        for name in ("start", "end"):
            if not _CLOCK.fullmatch(getattr(self, name)):
                reject(f"WorkingHours.{name}", getattr(self, name), "write it as '08:30'")
        if self.start >= self.end:
            reject("WorkingHours.end", self.end, f"let them end after {self.start}")


class AlertTeam(Value):
    """A team that hears of alerts of its own.

    An alert is its own if each of the fields that say so holds: that it has one of the
    ``namespaces``, one of the ``apps``, one of the names in ``alerts``, and all the ``labels``.

    Args:
        name: of the team, such as ``payments``.
        page: who is told of alerts that need somebody at once: a receiver, or several.
        ticket: who is told of those that can wait.
        namespaces: of what alerts are about.
        apps: the constructs that alerts are about.
        alerts: names of alerts.
        labels: of alerts, such as those of an `AlertRule`.

    Raises:
        ConfigurationError: no receiver, or nothing that says which alerts are its own.
    """

    name: str
    page: Receivers
    ticket: Receivers
    namespaces: Sequence[str] = ()
    apps: Sequence[str] = ()
    alerts: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_name("AlertTeam.name", self.name)
        check_receivers("AlertTeam.page", self.page)
        check_receivers("AlertTeam.ticket", self.ticket)
        for name in (*self.namespaces, *self.apps):
            check_namespace("AlertTeam.namespaces or apps", name)
        for name in (*self.labels, *self.alerts):
            if not _LABEL.fullmatch(name):
                reject("AlertTeam.labels or alerts", name, "use letters, digits and '_'")
        for value in self.labels.values():
            check_text("AlertTeam.labels", value)
        if not self.matchers:
            reject("AlertTeam", self.name, "say whose alerts are its own, such as by namespaces")

    @property
    def matchers(self) -> list[str]:
        """Return the matchers of its alerts, in the language of Alertmanager."""
        several = {"namespace": self.namespaces, "app": self.apps, "alertname": self.alerts}
        return [
            *(
                f'{label}=~"{"|".join(values)}"' if len(values) > 1 else f'{label}="{values[0]}"'
                for label, values in several.items()
                if values
            ),
            *(
                f"{label}={json.dumps(value, ensure_ascii=False)}"
                for label, value in sorted(self.labels.items())
            ),
        ]


def each_receiver(told: Receivers) -> tuple[Receiver, ...]:
    """Return all receivers of one that may be several."""
    return tuple(told) if isinstance(told, Sequence) else (told,)


def check_receivers(field: str, told: Receivers | None) -> None:
    """Refuse nobody."""
    if told is None or not each_receiver(told):
        reject(field, told, "name a receiver: an alert that nobody gets is none")
