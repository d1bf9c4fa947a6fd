"""Repositories of backups and archived WAL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from constructs_lib.facts.buckets import AUTHORITY, S3Bucket
from constructs_lib.facts.network import End, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.postgres import paths
from constructs_lib.rules import check_mount_path, check_subdomain
from constructs_lib.values import Value


class Repository(Protocol):
    """An object store of pgBackRest, with client-side encryption."""

    @property
    def target(self) -> End:
        """Its addresses, with the port that is called."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """The options of pgBackRest, without secrets."""
        ...

    @property
    def files(self) -> Sequence[SecretFiles]:
        """The files that the options refer to."""
        ...

    def secret_env(self, prefix: str) -> Sequence[SecretEnv]:
        """Return the variables with secrets.

        Args:
            prefix: of their names; pgBackRest reads those with ``PGBACKREST``.
        """
        ...


class S3Repository(S3Bucket):
    """A path in a bucket that pgBackRest writes to: an `S3Bucket` with a passphrase in its Secret.

    Args:
        bucket: its name.
        region: of the bucket.
        endpoint: the host name of the store, such as ``s3.eu-central-1.amazonaws.com``.
        path: the prefix of all objects; one for each cluster.
        secret: the keys to it in ``access-key`` and ``secret-key``, and in
            ``cipher`` the passphrase of the backups. Keep a copy of it outside of the
            cluster: without it no backup can be read. Where no public
            authority signed the certificate of the store, the one that did in ``ca.crt``.
        target: the addresses of the endpoint.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    _KEYS: ClassVar[tuple[str, ...]] = ("access-key", "cipher", "secret-key")

    @property
    def options(self) -> Mapping[str, str]:
        """The options of pgBackRest, without secrets."""
        options = {
            "repo1-type": "s3",
            "repo1-path": self.path,
            "repo1-s3-bucket": self.bucket,
            "repo1-s3-endpoint": self.endpoint,
            "repo1-s3-region": self.region,
            "repo1-cipher-type": "aes-256-cbc",
        }
        # AWS wants the bucket in the name of the host; other stores take it in the path at least.
        if "amazonaws.com" not in self.endpoint:
            options["repo1-s3-uri-style"] = "path"
        if self.authority is not None:
            options["repo1-storage-ca-file"] = f"{self._directory}/{AUTHORITY}"
        return options

    @property
    def _directory(self) -> str:
        return f"{paths.REPOSITORIES}/{self.secret.name}"

    @property
    def files(self) -> Sequence[SecretFiles]:
        """The authority of the store's certificate, unless it is a public one."""
        if self.authority is None:
            return ()
        return (SecretFiles(secret=self.authority, mount_path=self._directory),)

    def secret_env(self, prefix: str) -> Sequence[SecretEnv]:
        """Return the variables with secrets.

        Args:
            prefix: of their names.
        """
        return [
            SecretEnv(name=f"{prefix}_REPO1_{name}", secret=self.secret, key=key)
            for name, key in (
                ("S3_KEY", "access-key"),
                ("S3_KEY_SECRET", "secret-key"),
                ("CIPHER_PASS", "cipher"),
            )
        ]


class AzureRepository(Value):
    """A container of Azure Blob Storage.

    Args:
        account: of the storage.
        container: its name.
        path: the prefix of all objects; one for each cluster.
        secret: the key to it in ``key``, and in ``cipher`` the passphrase of the
            backups; see `S3Repository`.
        target: the addresses of the account.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    account: str
    container: str
    path: str
    secret: SecretRef
    target: End

    def __post_init__(self) -> None:
        check_subdomain("AzureRepository.account", self.account)
        check_subdomain("AzureRepository.container", self.container)
        check_mount_path("AzureRepository.path", self.path)
        check_keys("AzureRepository.secret", self.secret, "key", "cipher")
        check_has_port("AzureRepository.target", self.target)

    @property
    def options(self) -> Mapping[str, str]:
        """The options of pgBackRest, without secrets."""
        return {
            "repo1-type": "azure",
            "repo1-path": self.path,
            "repo1-azure-account": self.account,
            "repo1-azure-container": self.container,
            "repo1-cipher-type": "aes-256-cbc",
        }

    @property
    def files(self) -> Sequence[SecretFiles]:
        """None: its authority is a public one."""
        return ()

    def secret_env(self, prefix: str) -> Sequence[SecretEnv]:
        """Return the variables with secrets.

        Args:
            prefix: of their names.
        """
        return [
            SecretEnv(name=f"{prefix}_REPO1_{name}", secret=self.secret, key=key)
            for name, key in (("AZURE_KEY", "key"), ("CIPHER_PASS", "cipher"))
        ]
