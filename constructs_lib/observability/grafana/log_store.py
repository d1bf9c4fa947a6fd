"""Where the lines of log are, as Grafana needs to know it."""

from __future__ import annotations

from dataclasses import dataclass

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.secrets import SecretRef, check_reference
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.rules import check_text

LOG_STORE_FILES = "/etc/grafana/elasticsearch"


@dataclass(frozen=True, kw_only=True, slots=True)
class LogStore:
    """The Elasticsearch that holds the lines of log.

    Args:
        endpoint: its HTTP port, spoken to over TLS.
        secret: the Secret with the keys ``username``, ``password`` and ``ca.crt``:
            a user that may read, and who signed the certificate.
        indices: where the lines are.

    Raises:
        ConfigurationError: a key is missing, or no indices.
    """

    endpoint: HttpEndpoint
    secret: SecretRef
    indices: str = "logs-*"

    def __post_init__(self) -> None:
        check_reference("LogStore.secret", self.secret, keys=("username", "password", "ca.crt"))
        check_text("LogStore.indices", self.indices)
        if not self.indices:
            raise ConfigurationError("LogStore.indices", "", "write a pattern such as 'logs-*'")

    @property
    def url(self) -> str:
        """The address, over TLS."""
        return f"https://{self.endpoint.host}:{self.endpoint.port}"

    @property
    def files(self) -> SecretFiles:
        """Where Grafana finds the Secret."""
        return SecretFiles(secret=self.secret, mount_path=LOG_STORE_FILES)
