"""The configuration of Alertmanager: grouping, inhibition, routes and receivers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdk8s import Yaml

from constructs_lib.observability.prometheus.alert_teams import WorkingHours
from constructs_lib.observability.prometheus.alerting import Alerting, secret_directory
from constructs_lib.observability.prometheus.receivers import VIA_PROXY, Receiver

_HOURS = "ticket-hours"


def alertmanager_yaml(alerting: Alerting) -> str:
    """Return the configuration of Alertmanager.

    A page inhibits the tickets of the same workload, and a node that is not ready those of
    targets that cannot be scraped on it.
    """
    hours = alerting.ticket_hours
    # The route at the root is always open: one below it has hours.
    at_hours = {} if hours is None else {"active_time_intervals": [_HOURS]}
    routes: list[dict[str, Any]] = [_watchdog(alerting)]
    routes += [
        {
            "matchers": team.matchers,
            "receiver": f"{team.name}-ticket",
            **at_hours,
            "routes": [_page(f"{team.name}-page")],
        }
        for team in alerting.teams
    ]
    routes.append(_page("page"))
    if at_hours:
        routes.append({"receiver": "ticket", **at_hours})
    return Yaml.stringify(
        {
            # Receivers are outside: a proxy of `PodDefaults` is on the way to them.
            "global": {"http_config": VIA_PROXY},
            "templates": ["*.tmpl"],
            "route": {
                "receiver": "ticket",
                "group_by": ["namespace", "app", "alertname"],
                "group_wait": "30s",
                "group_interval": "5m",
                "repeat_interval": "12h",
                "routes": routes,
            },
            **({} if hours is None else {"time_intervals": [_interval(hours)]}),
            "inhibit_rules": [
                {
                    # Labels that are missing on both sides are equal to Alertmanager.
                    "source_matchers": ['severity="page"', 'namespace!=""', 'app!=""'],
                    "target_matchers": ['severity="ticket"'],
                    "equal": ["namespace", "app"],
                },
                {
                    "source_matchers": ['alertname="KubeNodeNotReady"'],
                    "target_matchers": ['alertname="TargetDown"'],
                    "equal": ["node"],
                },
            ],
            "receivers": [
                {"name": "nobody"},
                *(
                    {"name": name, **_configuration(receivers)}
                    for name, receivers in alerting.receivers.items()
                ),
            ],
        }
    )


def _watchdog(alerting: Alerting) -> dict[str, Any]:
    watchdog = {"matchers": ['alertname="Watchdog"']}
    if alerting.heartbeat is None:
        return {**watchdog, "receiver": "nobody"}
    times = {"group_wait": "0s", "group_interval": "1m", "repeat_interval": "5m"}
    return {**watchdog, "receiver": "heartbeat", **times}


def _page(receiver: str) -> dict[str, Any]:
    return {"matchers": ['severity="page"'], "receiver": receiver, "repeat_interval": "4h"}


def _interval(hours: WorkingHours) -> dict[str, Any]:
    times = [{"start_time": hours.start, "end_time": hours.end}]
    interval = {"times": times, "weekdays": list(hours.days), "location": hours.time_zone}
    return {"name": _HOURS, "time_intervals": [interval]}


def _configuration(receivers: Sequence[Receiver]) -> dict[str, list[Any]]:
    """Return the settings of all receivers, those of a kind in one list."""
    told: dict[str, list[Any]] = {}
    for receiver in receivers:
        written = receiver.configuration(secret_directory(receiver.secret))
        for kind, settings in written.items():
            told.setdefault(kind, []).extend(settings)
    return told
