"""The receivers of alerts, and the configuration of Alertmanager."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cdk8s import Yaml

from constructs_lib.errors import reject
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.observability.prometheus.receivers import Receiver
from constructs_lib.rules import check_url
from constructs_lib.values import Value

_SECRETS = "/etc/alertmanager/secrets"


class Alerting(Value):
    """The receivers of alerts by severity.

    Args:
        page: the receiver of alerts that need somebody at once, day and night.
        ticket: the receiver of alerts that can wait for working hours.
        heartbeat: the receiver of the alert ``Watchdog``, which always fires: a dead man's switch,
            best outside of the cluster, that alerts when it stops. Optional.
        runbooks: the base URL of the runbooks that alerts link to, such as
            ``https://git.example.com/shop/docs/runbooks``.

    Raises:
        ConfigurationError: no receiver, no URL, or two revisions of one Secret.
    """

    page: Receiver
    ticket: Receiver
    heartbeat: Receiver | None = None
    runbooks: str

    def __post_init__(self) -> None:
        for name in ("page", "ticket"):
            if getattr(self, name) is None:
                reject(
                    f"Alerting.{name}", None, "name a receiver: an alert that nobody gets is none"
                )
        revisions = {(each.secret.name, each.secret.revision) for each in self.receivers.values()}
        if len(revisions) > len({name for name, _ in revisions}):
            reject(
                "Alerting", sorted(revisions), "name one revision of a Secret that receivers share"
            )
        check_url("Alerting.runbooks", self.runbooks)

    @property
    def receivers(self) -> dict[str, Receiver]:
        """The receivers by the names in the routes."""
        named = {"page": self.page, "ticket": self.ticket}
        return named if self.heartbeat is None else {**named, "heartbeat": self.heartbeat}

    @property
    def secrets(self) -> dict[str, SecretRef]:
        """The mounted Secrets by directory; one that receivers share has the keys of all."""
        secrets: dict[str, SecretRef] = {}
        for receiver in self.receivers.values():
            directory, secret = self.directory(receiver), receiver.secret
            known = secrets.get(directory, secret)
            secrets[directory] = replace(known, keys=tuple(dict.fromkeys(known.keys + secret.keys)))
        return secrets

    def directory(self, receiver: Receiver) -> str:
        """Return the directory of the Secret of a receiver; receivers of one Secret share it."""
        first = next(
            name
            for name, other in self.receivers.items()
            if other.secret.name == receiver.secret.name
        )
        return f"{_SECRETS}/{first}"

    def runbook(self, page: str) -> str:
        """Return the URL of a runbook."""
        return f"{self.runbooks.rstrip('/')}/{page}.md"


def alertmanager_yaml(alerting: Alerting) -> str:
    """Return the configuration of Alertmanager: grouping, inhibition, routes and receivers.

    A page inhibits the tickets of the same workload, and a node that is not ready those of
    targets that cannot be scraped on it.
    """
    routes: list[dict[str, Any]] = []
    if alerting.heartbeat is None:
        routes.append({"matchers": ['alertname="Watchdog"'], "receiver": "nobody"})
    else:
        routes.append(
            {
                "matchers": ['alertname="Watchdog"'],
                "receiver": "heartbeat",
                "group_wait": "0s",
                "group_interval": "1m",
                "repeat_interval": "5m",
            }
        )
    routes.append({"matchers": ['severity="page"'], "receiver": "page", "repeat_interval": "4h"})
    return Yaml.stringify(
        {
            "route": {
                "receiver": "ticket",
                "group_by": ["namespace", "app", "alertname"],
                "group_wait": "30s",
                "group_interval": "5m",
                "repeat_interval": "12h",
                "routes": routes,
            },
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
                    {"name": name, **receiver.configuration(alerting.directory(receiver))}
                    for name, receiver in alerting.receivers.items()
                ),
            ],
        }
    )
