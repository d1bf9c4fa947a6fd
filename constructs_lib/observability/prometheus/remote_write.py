"""Remote write: a store to which Prometheus sends its samples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from constructs_lib.errors import reject
from constructs_lib.facts.network import End, check_has_port
from constructs_lib.facts.scraping import ScrapeAuthorization
from constructs_lib.rules import check_text, check_url
from constructs_lib.values import Value

CREDENTIALS = "/etc/prometheus/credentials"
_HEADER = re.compile(r"[A-Za-z0-9-]+")


class RemoteWrite(Value):
    """A store that Prometheus sends its samples to, such as Thanos, Mimir or VictoriaMetrics.

    Args:
        url: that it writes to, such as ``https://mimir.example.com/api/v1/push``.
        target: the addresses of the URL, which the network policy lets Prometheus call.
        authorization: the credentials that it asks for; None for no credentials.
        headers: sent with each request, such as ``{"X-Scope-OrgID": "shop"}``; no secrets.
        metrics: regular expressions of the names that are sent; empty for all.

    Raises:
        ConfigurationError: no URL, a target without a port, or what is no header or expression.
    """

    url: str
    target: End
    authorization: ScrapeAuthorization | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    metrics: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_url("RemoteWrite.url", self.url)
        check_has_port("RemoteWrite.target", self.target)
        for name, value in self.headers.items():
            check_text("RemoteWrite.headers", value)
            if not _HEADER.fullmatch(name):
                reject("RemoteWrite.headers", name, "use letters, digits and '-'")
            if name.lower() == "authorization":
                reject("RemoteWrite.headers", name, "say it in `authorization`, by a Secret")
        for expression in self.metrics:
            check_text("RemoteWrite.metrics", expression)
            try:
                re.compile(expression)
            except re.error as error:
                reject("RemoteWrite.metrics", expression, f"write a regular expression: {error}")

    def configuration(self) -> dict[str, Any]:
        """Return the entry in the configuration of Prometheus."""
        written: dict[str, Any] = {"url": self.url}
        if self.headers:
            written["headers"] = dict(self.headers)
        if self.authorization is not None:
            written["authorization"] = credentials(self.authorization)
        if self.metrics:
            kept = {
                "source_labels": ["__name__"],
                "action": "keep",
                "regex": "|".join(self.metrics),
            }
            written["write_relabel_configs"] = [kept]
        return written


def credentials(said: ScrapeAuthorization) -> dict[str, str]:
    """Return the header `Authorization` in the configuration of Prometheus."""
    file = f"{CREDENTIALS}/{said.secret.name}/{said.key}"
    return {"type": said.kind, "credentials_file": file}
