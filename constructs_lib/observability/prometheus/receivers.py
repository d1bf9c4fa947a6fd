"""The receivers of Alertmanager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.errors import reject
from constructs_lib.facts.network import End, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.rules import check_range, check_subdomain, check_text
from constructs_lib.values import Value


class Receiver(Protocol):
    """A receiver of notifications; its credentials are read from a file."""

    @property
    def secret(self) -> SecretRef:
        """The Secret with its credentials."""
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
        secret: the URL in its key ``url``.
        target: the addresses of the URL.
        send_resolved: whether to notify about resolved alerts.

    Raises:
        ConfigurationError: a Secret without the key, or a target without a port.
    """

    secret: SecretRef
    target: End
    send_resolved: bool = True

    def __post_init__(self) -> None:
        _check("Webhook", self.secret, self.target, "url")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        hook = {"url_file": f"{directory}/url", "send_resolved": self.send_resolved}
        return {"webhook_configs": [hook]}


class PagerDuty(Value):
    """An incident of PagerDuty.

    Args:
        secret: the integration key in its key ``routing-key``.
        target: the addresses of ``events.pagerduty.com``.

    Raises:
        ConfigurationError: a Secret without the key, or a target without a port.
    """

    secret: SecretRef
    target: End

    def __post_init__(self) -> None:
        _check("PagerDuty", self.secret, self.target, "routing-key")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        return {"pagerduty_configs": [{"routing_key_file": f"{directory}/routing-key"}]}


class Opsgenie(Value):
    """An alert of Opsgenie.

    Args:
        secret: the key of the API in its key ``api-key``.
        target: the addresses of ``api.opsgenie.com``.

    Raises:
        ConfigurationError: a Secret without the key, or a target without a port.
    """

    secret: SecretRef
    target: End

    def __post_init__(self) -> None:
        _check("Opsgenie", self.secret, self.target, "api-key")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        return {"opsgenie_configs": [{"api_key_file": f"{directory}/api-key"}]}


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
        _check("Slack", self.secret, self.target, "url")
        check_text("Slack.channel", self.channel)
        if not self.channel:
            reject("Slack.channel", "", "name one, such as '#shop-alerts'")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        message = {
            "api_url_file": f"{directory}/url",
            "channel": self.channel,
            "send_resolved": True,
            "title": "{{ .CommonLabels.alertname }} ({{ .Status }})",
            "text": "{{ range .Alerts }}{{ .Annotations.summary }}\n"
            "{{ .Annotations.runbook_url }}\n{{ end }}",
        }
        return {"slack_configs": [message]}


class Email(Value):
    """An email.

    Args:
        secret: the password of the mail server in its key ``password``.
        target: the addresses of the mail server.
        host: its host name.
        port: its port; STARTTLS is required.
        username: of the login, and the sender.
        to: the recipient.

    Raises:
        ConfigurationError: a Secret without the key, or an invalid address.
    """

    secret: SecretRef
    target: End
    host: str
    port: int = 587
    username: str
    to: str

    def __post_init__(self) -> None:
        _check("Email", self.secret, self.target, "password")
        check_subdomain("Email.host", self.host)
        check_range("Email.port", self.port, 1, 65_535)
        for name in ("username", "to"):
            address = getattr(self, name)
            check_text(f"Email.{name}", address)
            if "@" not in address:
                reject(f"Email.{name}", address, "write an address of mail")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        mail = {
            "to": self.to,
            "from": self.username,
            "smarthost": f"{self.host}:{self.port}",
            "auth_username": self.username,
            "auth_password_file": f"{directory}/password",
            "require_tls": True,
            "send_resolved": True,
        }
        return {"email_configs": [mail]}


def _check(kind: str, secret: SecretRef, target: End, key: str) -> None:
    check_keys(f"{kind}.secret", secret, key)
    check_has_port(f"{kind}.target", target)
