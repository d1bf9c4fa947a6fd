"""Repositories of backups and archived WAL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import ClassVar, Protocol

from constructs_lib.facts.buckets import AUTHORITY, HTTPS, AwsRole, S3Bucket
from constructs_lib.facts.network import End
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.postgres import paths


class Repository(Protocol):
    """An object store of pgBackRest, with client-side encryption."""

    @property
    def called(self) -> Sequence[End]:
        """Its addresses and those of who gives it an identity, with the ports that are called."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """The options of pgBackRest, without secrets and without ``repo1-`` before them."""
        ...

    @property
    def files(self) -> Sequence[SecretFiles]:
        """The files that the options refer to."""
        ...

    @property
    def role(self) -> AwsRole | None:
        """The role of AWS that stands in for keys; None for none."""
        ...

    @property
    def account_annotations(self) -> Mapping[str, str]:
        """What annotates the ServiceAccounts, such as the account that they are at a cloud."""
        ...

    def secret_env(self, prefix: str) -> Sequence[SecretEnv]:
        """Return the variables with secrets.

        Args:
            prefix: of their names; pgBackRest reads those with ``PGBACKREST_REPO1``.
        """
        ...


class S3Repository(S3Bucket):
    """A path in a bucket that pgBackRest writes to: an `S3Bucket` with a passphrase in its Secret.

    Args:
        bucket: its name.
        region: of the bucket.
        endpoint: the host name of the store, such as ``s3.eu-central-1.amazonaws.com``.
        port: of the endpoint, or `TargetPort()`; a Service may have another than its pods.
        addressing: whether the bucket stands in host names or in paths, or `ByEndpoint()`.
        path: the prefix of all objects; one for each cluster.
        secret: the keys to it in ``access-key`` and ``secret-key``, and in
            ``cipher`` the passphrase of the backups. Keep a copy of it outside of the
            cluster: without it no backup can be read. Where no public
            authority signed the certificate of the store, the one that did in ``ca.crt``.
        role: that stands in for the keys.
        target: the addresses of the endpoint.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    secret: SecretRef = field()

    _KEYS: ClassVar[tuple[str, ...]] = ("access-key", "cipher", "secret-key")
    _KEYS_BESIDE_ROLE: ClassVar[tuple[str, ...]] = ("cipher",)

    @property
    def options(self) -> Mapping[str, str]:
        """The options of pgBackRest, without secrets."""
        options = {
            "type": "s3",
            "path": self.path,
            "s3-bucket": self.bucket,
            "s3-endpoint": self.endpoint,
            "s3-region": self.region,
            "cipher-type": "aes-256-cbc",
        }
        if self.has_path_style:
            options["s3-uri-style"] = "path"
        if self.port_number != HTTPS:
            options["storage-port"] = str(self.port_number)
        if self.role is not None:
            options["s3-key-type"] = "web-id"
        if self.authority is not None:
            options["storage-ca-file"] = f"{directory_of(self.secret)}/{AUTHORITY}"
        return options

    @property
    def files(self) -> Sequence[SecretFiles]:
        """The authority of the store's certificate, unless it is a public one."""
        if self.authority is None:
            return ()
        return (SecretFiles(secret=self.authority, mount_path=directory_of(self.secret)),)

    @property
    def account_annotations(self) -> Mapping[str, str]:
        """None: the token of a role is in the manifest."""
        return {}

    def secret_env(self, prefix: str) -> Sequence[SecretEnv]:
        """Return the variables with secrets.

        Args:
            prefix: of their names.
        """
        cipher = SecretEnv(name=f"{prefix}_CIPHER_PASS", secret=self.secret, key="cipher")
        if self.role is not None:
            return [cipher]
        return [
            SecretEnv(name=f"{prefix}_S3_KEY", secret=self.secret, key="access-key"),
            SecretEnv(name=f"{prefix}_S3_KEY_SECRET", secret=self.secret, key="secret-key"),
            cipher,
        ]


def directory_of(secret: SecretRef) -> str:
    """Return where the keys to a repository are mounted."""
    return f"{paths.REPOSITORIES}/{secret.name}"


def called(repositories: Iterable[Repository]) -> Sequence[End]:
    """Return the addresses of repositories, each once."""
    found: list[End] = []
    for repository in repositories:
        found += [end for end in repository.called if end not in found]
    return found
