"""The receivers of Alertmanager that are services of others, and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.errors import reject
from constructs_lib.facts.network import End, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.observability.prometheus.notifications import (
    RUNBOOK,
    TEXT,
    TITLE,
    by_severity,
)
from constructs_lib.rules import check_text, check_url
from constructs_lib.values import Value

# The settings of an HTTP client that reads the variables of `HttpProxy`.
VIA_PROXY: Mapping[str, object] = {"proxy_from_environment": True}


class Receiver(Protocol):
    """A receiver of notifications; its credentials are read from a file."""

    @property
    def secret(self) -> SecretRef | None:
        """The Secret with its credentials; None for none."""
        ...

    @property
    def target(self) -> End:
        """The addresses that Alertmanager calls, with their port."""
        ...

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager.

        Args:
            directory: of the mounted Secret.
        """
        ...


class Webhook(Value):
    """An HTTP POST of the alerts, as JSON.

    Args:
        secret: the URL in its key ``url``; with a key ``token`` as well, that is sent as the
            header ``Authorization: Bearer``.
        target: the addresses of the URL.
        send_resolved: whether to notify about resolved alerts.

    Raises:
        ConfigurationError: a Secret without the key, or a target without a port.
    """

    secret: SecretRef
    target: End
    send_resolved: bool = True

    def __post_init__(self) -> None:
        check_receiver("Webhook", self.secret, self.target, "url")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        hook = {"url_file": f"{directory}/url", "send_resolved": self.send_resolved}
        if "token" in self.secret.keys:
            credentials = {"credentials_file": f"{directory}/token"}
            client = {**VIA_PROXY, "authorization": credentials}
            return {"webhook_configs": [{**hook, "http_config": client}]}
        return {"webhook_configs": [hook]}


class PagerDuty(Value):
    """An incident of PagerDuty, critical for a page and a warning for a ticket.

    Args:
        secret: the integration key in its key ``routing-key``.
        target: the addresses of the host in ``url``.
        url: of the events; the European service has ``https://events.eu.pagerduty.com/v2/enqueue``.

    Raises:
        ConfigurationError: a Secret without the key, or a target without a port.
    """

    secret: SecretRef
    target: End
    url: str = "https://events.pagerduty.com/v2/enqueue"

    def __post_init__(self) -> None:
        check_receiver("PagerDuty", self.secret, self.target, "routing-key")
        check_url("PagerDuty.url", self.url)

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        incident = {
            "routing_key_file": f"{directory}/routing-key",
            "url": self.url,
            "description": TITLE,
            "severity": by_severity("critical", "warning"),
            "client_url": RUNBOOK,
            "links": [{"href": RUNBOOK, "text": "Runbook"}],
            "details": {"alerts": TEXT},
        }
        return {"pagerduty_configs": [incident]}


class Opsgenie(Value):
    """An alert of Opsgenie, which Atlassian runs until April 2027 and no longer sells.

    Args:
        secret: the key of the API in its key ``api-key``.
        target: the addresses of ``api.opsgenie.com``.

    Raises:
        ConfigurationError: a Secret without the key, or a target without a port.
    """

    secret: SecretRef
    target: End

    def __post_init__(self) -> None:
        check_receiver("Opsgenie", self.secret, self.target, "api-key")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        alert = {
            "api_key_file": f"{directory}/api-key",
            "message": TITLE,
            "description": TEXT,
            "source": RUNBOOK,
            "priority": by_severity("P1", "P3"),
        }
        return {"opsgenie_configs": [alert]}


class Slack(Value):
    """A message in a channel of Slack.

    Args:
        secret: the URL of the webhook in its key ``url``.
        target: the addresses of ``hooks.slack.com``.
        channel: such as ``#shop-alerts``.

    Raises:
        ConfigurationError: a Secret without the key, a target without a port, or
            no channel.
    """

    secret: SecretRef
    target: End
    channel: str

    def __post_init__(self) -> None:
        check_receiver("Slack", self.secret, self.target, "url")
        check_text("Slack.channel", self.channel)
        if not self.channel:
            reject("Slack.channel", "", "name one, such as '#shop-alerts'")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        message = {
            "api_url_file": f"{directory}/url",
            "channel": self.channel,
            "send_resolved": True,
            "title": TITLE,
            "title_link": RUNBOOK,
            "fallback": TITLE,
            "text": TEXT,
        }
        return {"slack_configs": [message]}


class MicrosoftTeams(Value):
    """A message in a channel of Microsoft Teams, by a webhook of its workflows.

    Args:
        secret: the URL of the workflow in its key ``url``.
        target: the addresses of the URL.

    Raises:
        ConfigurationError: a Secret without the key, or a target without a port.
    """

    secret: SecretRef
    target: End

    def __post_init__(self) -> None:
        check_receiver("MicrosoftTeams", self.secret, self.target, "url")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        message = {
            "webhook_url_file": f"{directory}/url",
            "send_resolved": True,
            "title": TITLE,
            "text": TEXT,
        }
        return {"msteamsv2_configs": [message]}


def check_receiver(kind: str, secret: SecretRef, target: End, key: str) -> None:
    """Refuse a Secret without the key of the credentials, and a target without a port."""
    check_keys(f"{kind}.secret", secret, key)
    check_has_port(f"{kind}.target", target)
