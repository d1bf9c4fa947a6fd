"""The Secrets that a Valkey reads."""

from __future__ import annotations

from constructs_lib.facts.certificates import TLS_KEYS
from constructs_lib.facts.secrets import SecretRef, check_apart, check_keys
from constructs_lib.values import Value

# The password that clients will have, or that they had before.
NEXT = "next-password"
_KEYS = {"client": ("password", "ca.crt"), "monitor": ("password",), "certificate": TLS_KEYS}


class ValkeySecrets(Value):
    """References to the credentials and the certificate of a Valkey.

    A new certificate needs no restart, a new password does: raise `SecretRef.revision` with it.

    Args:
        client: the password of its clients, who verify it with ``ca.crt``. If it names the key
            ``next-password`` too, the server lets in who has either, so that nobody is refused
            while they change.
        monitor: the password of the exporter, who can read no data.
        certificate: that it shows; `Facts.certificates` of the construct say what it must be like.

    Raises:
        ConfigurationError: a Secret without the keys that are read, or one for two parties.
    """

    client: SecretRef
    monitor: SecretRef
    certificate: SecretRef

    def __post_init__(self) -> None:
        for field, keys in _KEYS.items():
            check_keys(f"ValkeySecrets.{field}", getattr(self, field), *keys)
        check_apart("ValkeySecrets", **{field: getattr(self, field) for field in _KEYS})


class AfterItsName(Value):
    """Secrets with the name of the construct, and ``-client``, ``-monitor`` or ``-certificate``."""

    def of(self, name: str) -> ValkeySecrets:
        """Return those of a construct."""
        return ValkeySecrets(
            **{use: SecretRef(name=f"{name}-{use}", keys=keys) for use, keys in _KEYS.items()}
        )
