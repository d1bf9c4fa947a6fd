"""Repositories of backups at Google Cloud and Azure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from constructs_lib.errors import reject
from constructs_lib.facts.buckets import AwsRole
from constructs_lib.facts.network import End, Outside, Port, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.postgres.repository import directory_of
from constructs_lib.rules import check_mount_path
from constructs_lib.values import Value

_METADATA = ("169.254.169.254/32",)
# https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
_OF_GKE = Outside(
    name="gke-metadata",
    cidrs=("169.254.169.252/32", *_METADATA),
    ports=(Port(name="metadata", number=80), Port(name="gke-metadata", number=988)),
)
_OF_AZURE = Outside(
    name="azure-metadata", cidrs=_METADATA, ports=(Port(name="metadata", number=80),)
)
_ACCOUNT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z0-9.:-]+\.iam\.gserviceaccount\.com")
# https://cloud.google.com/storage/docs/buckets#naming
_BUCKET = re.compile(r"(?!goog|\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
# https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
_STORAGE_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


class GkeIdentity(Value):
    """A service account of Google Cloud that GKE gives to the pods, in place of a key.

    It needs Workload Identity in the cluster, and the account must let the ServiceAccounts of
    the database act as it (``roles/iam.workloadIdentityUser``).

    Args:
        account: such as ``shop-backups@shop-123456.iam.gserviceaccount.com``.

    Raises:
        ConfigurationError: what is no such account.
    """

    account: str

    def __post_init__(self) -> None:
        if not _ACCOUNT.fullmatch(self.account):
            reject(
                "GkeIdentity.account",
                self.account,
                "write 'name@project.iam.gserviceaccount.com'",
            )


class GcsRepository(Value):
    """A path in a bucket of Google Cloud Storage.

    Args:
        bucket: its name.
        path: the prefix of all objects; one for each cluster.
        secret: the key of a service account, as JSON, in ``key``, and in ``cipher`` the
            passphrase of the backups; see `S3Repository`.
        identity: that stands in for the key.
        target: the addresses of ``storage.googleapis.com``, and with a key of
            ``oauth2.googleapis.com``.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    bucket: str
    path: str
    secret: SecretRef
    identity: GkeIdentity | None = None
    target: End

    def __post_init__(self) -> None:
        if not _BUCKET.fullmatch(self.bucket):
            reject("GcsRepository.bucket", self.bucket, "use the name of a bucket")
        check_mount_path("GcsRepository.path", self.path)
        keys = ("cipher",) if self.identity else ("key", "cipher")
        check_keys("GcsRepository.secret", self.secret, *keys)
        check_has_port("GcsRepository.target", self.target)

    @property
    def called(self) -> Sequence[End]:
        """The store, and the metadata server of an identity."""
        return (self.target, *([_OF_GKE] if self.identity else []))

    @property
    def options(self) -> Mapping[str, str]:
        """The options of pgBackRest, without secrets."""
        key = (
            {"gcs-key-type": "auto"}
            if self.identity
            else {"gcs-key": f"{directory_of(self.secret)}/key"}
        )
        return {
            "type": "gcs",
            "path": self.path,
            "gcs-bucket": self.bucket,
            **key,
            "cipher-type": "aes-256-cbc",
        }

    @property
    def files(self) -> Sequence[SecretFiles]:
        """The key, unless an identity stands in for it."""
        if self.identity:
            return ()
        key = replace(self.secret, keys=("key",))
        return (SecretFiles(secret=key, mount_path=directory_of(self.secret), mode=0o440),)

    @property
    def role(self) -> AwsRole | None:
        """None: it is not at AWS."""
        return None

    @property
    def account_annotations(self) -> Mapping[str, str]:
        """The account that GKE gives to the pods."""
        if self.identity is None:
            return {}
        return {"iam.gke.io/gcp-service-account": self.identity.account}

    def secret_env(self, prefix: str) -> Sequence[SecretEnv]:
        """Return the variables with secrets.

        Args:
            prefix: of their names.
        """
        return [SecretEnv(name=f"{prefix}_CIPHER_PASS", secret=self.secret, key="cipher")]


class AzureIdentity(Value):
    """The managed identity of the nodes, in place of a key.

    It needs a `PostgresImage` with pgBackRest 2.58 or newer.
    """


class AzureRepository(Value):
    """A container of Azure Blob Storage.

    Args:
        account: of the storage.
        container: its name.
        path: the prefix of all objects; one for each cluster.
        secret: the key to it in ``key``, and in ``cipher`` the passphrase of the
            backups; see `S3Repository`.
        identity: that stands in for the key.
        target: the addresses of the account.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    account: str
    container: str
    path: str
    secret: SecretRef
    identity: AzureIdentity | None = None
    target: End

    def __post_init__(self) -> None:
        if not _STORAGE_ACCOUNT.fullmatch(self.account):
            reject("AzureRepository.account", self.account, "use 3 to 24 of a-z and 0-9")
        if not _CONTAINER.fullmatch(self.container):
            reject(
                "AzureRepository.container",
                self.container,
                "use 3 to 63 of a-z, 0-9 and single '-', no '-' first or last",
            )
        check_mount_path("AzureRepository.path", self.path)
        keys = ("cipher",) if self.identity else ("key", "cipher")
        check_keys("AzureRepository.secret", self.secret, *keys)
        check_has_port("AzureRepository.target", self.target)

    @property
    def called(self) -> Sequence[End]:
        """The store, and the metadata server of an identity."""
        return (self.target, *([_OF_AZURE] if self.identity else []))

    @property
    def options(self) -> Mapping[str, str]:
        """The options of pgBackRest, without secrets."""
        return {
            "type": "azure",
            "path": self.path,
            "azure-account": self.account,
            "azure-container": self.container,
            **({"azure-key-type": "auto"} if self.identity else {}),
            "cipher-type": "aes-256-cbc",
        }

    @property
    def files(self) -> Sequence[SecretFiles]:
        """None: its authority is a public one."""
        return ()

    @property
    def role(self) -> AwsRole | None:
        """None: it is not at AWS."""
        return None

    @property
    def account_annotations(self) -> Mapping[str, str]:
        """None: the identity is that of the node."""
        return {}

    def secret_env(self, prefix: str) -> Sequence[SecretEnv]:
        """Return the variables with secrets.

        Args:
            prefix: of their names.
        """
        cipher = SecretEnv(name=f"{prefix}_CIPHER_PASS", secret=self.secret, key="cipher")
        if self.identity:
            return [cipher]
        return [SecretEnv(name=f"{prefix}_AZURE_KEY", secret=self.secret, key="key"), cipher]
