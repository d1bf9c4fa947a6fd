"""The credentials with which Prometheus scrapes."""

from __future__ import annotations

import re

from constructs_lib.errors import reject
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.values import Value


class ScrapeAuthorization(Value):
    """The header ``Authorization`` of a scrape, for an exposition that is not for everybody.

    Args:
        secret: the Secret with the credentials, in the namespace of Prometheus.
        key: which of its keys.
        kind: the word before the credentials, such as ``Bearer``.

    Raises:
        ConfigurationError: the Secret is not said to have this key, or a kind that is no word.
    """

    secret: SecretRef
    key: str = "token"
    kind: str = "Bearer"

    def __post_init__(self) -> None:
        check_keys("ScrapeAuthorization.secret", self.secret, self.key)
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", self.kind):
            reject("ScrapeAuthorization.kind", self.kind, "use a word such as 'Bearer'")
