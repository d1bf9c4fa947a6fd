"""Buckets of S3, or of a compatible store, for backups."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from constructs_lib.facts.network import Call, End, Peer, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.rules import check_mount_path, check_subdomain
from constructs_lib.values import Value

AUTHORITY = "ca.crt"


class Bucket(Value):
    """A bucket of S3 or of a compatible store.

    Args:
        bucket: its name.
        endpoint: the host name of the store, such as ``s3.eu-central-1.amazonaws.com``.
        secret: the keys to it in ``access-key`` and ``secret-key``; where no public
            authority signed the certificate of the store, the one that did in ``ca.crt``.
        target: the addresses of the endpoint.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    bucket: str
    endpoint: str
    secret: SecretRef
    target: End

    _KEYS: ClassVar[tuple[str, ...]] = ("access-key", "secret-key")

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_subdomain(f"{kind}.bucket", self.bucket)
        check_subdomain(f"{kind}.endpoint", self.endpoint)
        check_keys(f"{kind}.secret", self.secret, *self._KEYS)
        check_has_port(f"{kind}.target", self.target)

    @property
    def authority(self) -> SecretRef | None:
        """The authority of the store's certificate; None for a public one."""
        if AUTHORITY not in self.secret.keys:
            return None
        return replace(self.secret, keys=(AUTHORITY,))

    def calls_by(self, source: Peer) -> tuple[Call, ...]:
        """Return the calls of a client to the store."""
        return tuple(
            Call(source=source, target=self.target, port=port.name) for port in self.target.ports
        )


class S3Bucket(Bucket):
    """A path in a bucket, for snapshots of logs or copies of the configuration.

    Args:
        bucket: its name.
        region: of the bucket.
        endpoint: the host name of the store, such as ``s3.eu-central-1.amazonaws.com``.
        path: the prefix of all objects.
        secret: the keys to it in ``access-key`` and ``secret-key``; where no public
            authority signed the certificate of the store, the one that did in ``ca.crt``.
        target: the addresses of the endpoint.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    region: str
    path: str

    def __post_init__(self) -> None:
        super().__post_init__()
        kind = type(self).__name__
        check_subdomain(f"{kind}.region", self.region)
        check_mount_path(f"{kind}.path", self.path)
