"""Email as a receiver of alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.errors import reject
from constructs_lib.facts.network import End, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.observability.prometheus.notifications import HTML, TEXT, TITLE
from constructs_lib.rules import check_range, check_subdomain, check_text
from constructs_lib.values import Value


class Email(Value):
    """An email.

    Args:
        secret: the password of the mail server in its key ``password``; None for a server that
            asks for none.
        target: the addresses of the mail server.
        host: its host name.
        port: its port; STARTTLS is required, and on 465 TLS from the start.
        username: of the login; without effect where there is no Secret.
        sender: the address that it comes from.
        to: the recipients.

    Raises:
        ConfigurationError: a Secret without the key or without a user, or an invalid address.
    """

    secret: SecretRef | None
    target: End
    host: str
    port: int = 587
    username: str = ""
    sender: str
    to: Sequence[str]

    def __post_init__(self) -> None:
        if self.secret is not None:
            check_keys("Email.secret", self.secret, "password")
            if not self.username:
                reject("Email.username", self.username, "name the user of the mail server")
        check_has_port("Email.target", self.target)
        check_subdomain("Email.host", self.host)
        check_range("Email.port", self.port, 1, 65_535)
        check_text("Email.username", self.username)
        for address in (self.sender, *(self.to or [""])):
            check_text("Email.sender or to", address)
            if "@" not in address or "," in address:
                reject("Email.sender or to", address, "write an address of mail")

    def configuration(self, directory: str) -> Mapping[str, Any]:
        """Return the receiver in the configuration of Alertmanager."""
        login = {
            "auth_username": self.username,
            "auth_password_file": f"{directory}/password",
        }
        mail = {
            "to": ", ".join(self.to),
            "from": self.sender,
            "smarthost": f"{self.host}:{self.port}",
            **(login if self.secret else {}),
            "require_tls": True,
            "send_resolved": True,
            "headers": {"Subject": TITLE},
            "html": HTML,
            "text": TEXT,
        }
        return {"email_configs": [mail]}
