"""What Alertmanager told the team, as the inbox in the cluster has it."""

from __future__ import annotations

import json

from tests.cluster.client import in_client
from tests.cluster.kubectl import until
from tests.cluster.surroundings import secret

_ADDRESS = secret("inbox", "url")


def clear() -> None:
    """Forget what came."""
    in_client("curl", "-sSf", "-X", "DELETE", _ADDRESS)


def told(alert: str, *, resolved: bool = False, patience: float = 900) -> None:
    """Wait until a message says that an alert fires, or that all of its kind have ended."""
    start = f"Resolved: {alert}" if resolved else alert
    until(
        lambda: any(each.startswith(start) for each in _titles()),
        f"the message '{start}'",
        patience=patience,
        pause=5,
    )


def _titles() -> set[str]:
    messages = json.loads(in_client("curl", "-sSf", _ADDRESS))
    return {
        attachment["title"]
        for message in messages
        for attachment in json.loads(message["body"])["attachments"]
    }
