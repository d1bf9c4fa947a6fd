"""Where alerts go, and the configuration of Alertmanager that sends them there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cdk8s import Yaml

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.observability.prometheus.receivers import Receiver
from constructs_lib.rules import check_url
from constructs_lib.values import Value

_SECRETS = "/etc/alertmanager/secrets"


class Alerting(Value):
    """Who is told of what.

    Args:
        page: who is woken up.
        ticket: who looks at it in the morning.
        heartbeat: who hears all the time that alerts work, and raises an alarm
            when that stops; the best is a service outside of the cluster.
            None for nobody.
        runbooks: the address below which the pages stand that alerts link to,
            such as ``https://git.example.com/shop/docs/runbooks``.

    Raises:
        ConfigurationError: nobody to tell, no address, or two revisions of one Secret.
    """

    page: Receiver
    ticket: Receiver
    heartbeat: Receiver | None = None
    runbooks: str

    def __post_init__(self) -> None:
        for name in ("page", "ticket"):
            if getattr(self, name) is None:
                raise ConfigurationError(
                    f"Alerting.{name}", None, "name a receiver: an alert that nobody gets is none"
                )
        revisions = {(each.secret.name, each.secret.revision) for each in self.receivers.values()}
        if len(revisions) > len({name for name, _ in revisions}):
            raise ConfigurationError(
                "Alerting", sorted(revisions), "name one revision of a Secret that receivers share"
            )
        check_url("Alerting.runbooks", self.runbooks)

    @property
    def receivers(self) -> dict[str, Receiver]:
        """The receivers by the names that routes call them."""
        named = {"page": self.page, "ticket": self.ticket}
        return named if self.heartbeat is None else {**named, "heartbeat": self.heartbeat}

    @property
    def secrets(self) -> dict[str, SecretRef]:
        """The Secrets by their directories; one that receivers share has the keys of all."""
        secrets: dict[str, SecretRef] = {}
        for receiver in self.receivers.values():
            directory, secret = self.directory(receiver), receiver.secret
            known = secrets.get(directory, secret)
            secrets[directory] = replace(known, keys=tuple(dict.fromkeys(known.keys + secret.keys)))
        return secrets

    def directory(self, receiver: Receiver) -> str:
        """Return where the Secret of a receiver is: below the first that has the same."""
        first = next(
            name
            for name, other in self.receivers.items()
            if other.secret.name == receiver.secret.name
        )
        return f"{_SECRETS}/{first}"

    def runbook(self, page: str) -> str:
        """Return the address of a runbook."""
        return f"{self.runbooks.rstrip('/')}/{page}.md"


def alertmanager_yaml(alerting: Alerting) -> str:
    """Return how alerts are grouped, held back and sent.

    What belongs together comes as one message. A page holds back the tickets of
    the same workload, and a node that is away those of what cannot be read on it.
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
