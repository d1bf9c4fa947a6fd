"""The settings of a Valkey, derived from its container."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from constructs_lib.errors import reject
from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_text
from constructs_lib.secret_detection import check_no_secret
from constructs_lib.values import Value

TLS = "/run/secrets/certificate"
PORT = 6379

# What buffers of clients may take of `maxmemory`; who has the largest is disconnected first.
_CLIENTS = "20%"
_OWN: Mapping[str, str] = {
    # Nobody reads it in plain text.
    "port": "0",
    "tls-port": str(PORT),
    "tls-cert-file": f"{TLS}/tls.crt",
    "tls-key-file": f"{TLS}/tls.key",
    "tls-ca-cert-file": f"{TLS}/ca.crt",
    "tls-auth-clients": "no",
    "tls-auto-reload-interval": "60",
}
_LEFT_TO_ARGUMENTS = {*_OWN, "user", "requirepass", "aclfile", "include", "maxmemory", "dir"}


class Settings(Value):
    """The lines of a ``valkey.conf``.

    Args:
        maxmemory: bytes of data and buffers of clients.
        kept: what decides about data: when it goes, and whether it outlives the process.
        parameters: further ones, which win.

    Raises:
        ConfigurationError: a parameter that follows from the arguments of the construct, or that
            is no line.
    """

    maxmemory: int
    kept: Mapping[str, str]
    parameters: Mapping[str, str]

    def __post_init__(self) -> None:
        for name, text in self.parameters.items():
            field = f"parameters[{name!r}]"
            check_text(field, text)
            check_no_secret(field, text, name=name)
            if name.lower() in _LEFT_TO_ARGUMENTS:
                reject(field, text, "leave it out: the arguments of the construct say it")
            if not text or "\n" in text or " " in name:
                reject(field, text, "write the value of one parameter; nothing at all is '\"\"'")

    @classmethod
    def of(
        cls,
        resources: Resources,
        percent: int,
        *,
        kept: Mapping[str, str],
        parameters: Mapping[str, str],
    ) -> Self:
        """Return those of a container with so much of its memory for data."""
        most = int(resources.amounts().memory * percent / 100)
        return cls(maxmemory=most, kept=kept, parameters=parameters)

    def to_file(self) -> str:
        """Return them as a file."""
        lines = {
            **_OWN,
            "maxmemory": str(self.maxmemory),
            "maxmemory-clients": _CLIENTS,
            **self.kept,
            **self.parameters,
        }
        return "".join(f"{name} {text}\n" for name, text in lines.items())
