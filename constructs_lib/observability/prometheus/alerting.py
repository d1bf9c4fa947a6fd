"""Alerting: who is told of alerts, which there are, and where their links lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs_lib.errors import reject
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.observability.prometheus.alert_settings import AlertSettings
from constructs_lib.observability.prometheus.alert_teams import (
    AlertTeam,
    Receivers,
    WorkingHours,
    check_receivers,
    each_receiver,
)
from constructs_lib.observability.prometheus.receivers import Receiver
from constructs_lib.rules import check_distinct, check_url

_SECRETS = "/etc/alertmanager/secrets"


class Alerting(AlertSettings):
    """Who is told of alerts, which there are, and where their links lead.

    Args:
        runbooks: the base URL of the runbooks that alerts link to, as of `AlertSettings`.
        alerts: further ones, likewise.
        changes: what is different of alerts of the library and of constructs, likewise.
        off: the names of alerts that are switched off, likewise.
        page: who is told of alerts that need somebody at once, day and night: a receiver, or
            several.
        ticket: who is told of alerts that can wait for working hours.
        heartbeat: the receiver of the alert ``Watchdog``, which always fires: a dead man's switch,
            best outside of the cluster, that alerts when it stops. Optional.
        teams: that hear of their own alerts in place of these; the first whose alert it is.
        ticket_hours: when tickets are sent; None for day and night.
        prometheus_url: where people reach Prometheus, for the links to the query of an alert. By
            default what they forward with ``kubectl port-forward``. Whoever serves it below a path
            takes the path away.
        alertmanager_url: where people reach Alertmanager, for the links to silences; as above.

    Raises:
        ConfigurationError: no receiver, no URL, two revisions of one Secret, or a team or an alert
            that is named twice.
    """

    page: Receivers
    ticket: Receivers
    heartbeat: Receiver | None = None
    teams: Sequence[AlertTeam] = ()
    ticket_hours: WorkingHours | None = None
    prometheus_url: str = "http://localhost:9090"
    alertmanager_url: str = "http://localhost:9093"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_receivers("Alerting.page", self.page)
        check_receivers("Alerting.ticket", self.ticket)
        check_distinct("Alerting.teams", [team.name for team in self.teams])
        for name in ("prometheus_url", "alertmanager_url"):
            check_url(f"Alerting.{name}", getattr(self, name))
        used = {(each.name, each.revision) for each in self._secrets}
        if len(used) > len({name for name, _ in used}):
            reject("Alerting", sorted(used), "name one revision of a Secret that receivers share")

    @property
    def receivers(self) -> dict[str, tuple[Receiver, ...]]:
        """The receivers by the names in the routes."""
        named = {"page": each_receiver(self.page), "ticket": each_receiver(self.ticket)}
        if self.heartbeat is not None:
            named["heartbeat"] = (self.heartbeat,)
        for team in self.teams:
            named[f"{team.name}-page"] = each_receiver(team.page)
            named[f"{team.name}-ticket"] = each_receiver(team.ticket)
        return named

    @property
    def each_receiver(self) -> list[Receiver]:
        """All receivers, one after the other."""
        return [receiver for several in self.receivers.values() for receiver in several]

    @property
    def _secrets(self) -> list[SecretRef]:
        return [each.secret for each in self.each_receiver if each.secret is not None]

    @property
    def secrets(self) -> dict[str, SecretRef]:
        """The mounted Secrets by directory; one that receivers share has the keys of all."""
        secrets: dict[str, SecretRef] = {}
        for secret in self._secrets:
            known = secrets.get(directory := secret_directory(secret), secret)
            secrets[directory] = replace(known, keys=tuple(dict.fromkeys(known.keys + secret.keys)))
        return secrets


def secret_directory(secret: SecretRef | None) -> str:
    """Return the directory in which a Secret is mounted, or would be."""
    return f"{_SECRETS}/{secret.name if secret else 'none'}"
