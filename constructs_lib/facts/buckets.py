"""Buckets of S3, or of a compatible store, for backups."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from typing import ClassVar

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.network import Call, End, Peer, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.rules import check_mount_path, check_range, check_subdomain
from constructs_lib.values import Value

AUTHORITY = "ca.crt"
HTTPS = 443
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]")
# https://docs.aws.amazon.com/general/latest/gr/s3.html
_OF_REGION = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\.com(?:\.cn)?$", re.ASCII)
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)


class Addressing(StrEnum):
    """Where the name of a bucket stands in an address."""

    HOST = "host"
    PATH = "path"


class ByEndpoint(Value):
    """In the host name at AWS; in the path elsewhere, which other stores take at least."""


class TargetPort(Value):
    """The port of the target, which is that of the endpoint unless a Service has another."""


class AwsRole(Value):
    """A role of AWS that the ServiceAccount of a pod takes on, in place of keys.

    The cluster must be known to IAM as an OpenID Connect provider, as EKS clusters can be, and the
    role must trust the account, such as ``system:serviceaccount:app:postgres``. The token is in
    the manifest: no webhook has to add it. EKS Pod Identity is another thing, and not supported.

    Args:
        arn: of the role, such as ``arn:aws:iam::123456789012:role/shop-backups``.
        token_service: the addresses of ``sts.amazonaws.com``, where pgBackRest asks, and of the
            one of the bucket's region, where the copy of the configuration does.

    Raises:
        ConfigurationError: an ARN of no role, or addresses without a port.
    """

    arn: str
    token_service: End

    def __post_init__(self) -> None:
        if not _ROLE.fullmatch(self.arn):
            reject("AwsRole.arn", self.arn, "write 'arn:aws:iam::123456789012:role/name'")
        check_has_port("AwsRole.token_service", self.token_service)


class Bucket(Value):
    """A bucket of S3 or of a compatible store.

    Args:
        bucket: its name.
        endpoint: the host name of the store, such as ``s3.eu-central-1.amazonaws.com``.
        port: of the endpoint, or `TargetPort()`; a Service may have another than its pods.
        addressing: whether the bucket stands in host names or in paths, or `ByEndpoint()`.
        secret: the keys to it in ``access-key`` and ``secret-key``; where no public
            authority signed the certificate of the store, the one that did in ``ca.crt``.
        target: the addresses of the endpoint.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    bucket: str
    endpoint: str
    port: int | TargetPort = TargetPort()
    addressing: Addressing | ByEndpoint = ByEndpoint()
    secret: SecretRef | None = None
    target: End

    _KEYS: ClassVar[tuple[str, ...]] = ("access-key", "secret-key")

    def __post_init__(self) -> None:
        kind = type(self).__name__
        if not _BUCKET.fullmatch(self.bucket):
            reject(
                f"{kind}.bucket",
                self.bucket,
                "use the name of a bucket: 3 to 63 of a-z, 0-9, '-' and '.', no address",
            )
        check_subdomain(f"{kind}.endpoint", self.endpoint)
        self._check_host(kind)
        if isinstance(self.port, int):
            check_range(f"{kind}.port", self.port, 1, 65_535)
        check_has_port(f"{kind}.target", self.target)
        self._check_keys(f"{kind}.secret")

    def _check_host(self, kind: str) -> None:
        """Refuse a bucket in the host name, where there is no such host or certificate."""
        if self.has_path_style:
            return
        if "." in self.bucket:
            reject(
                f"{kind}.bucket",
                self.bucket,
                "use a name without '.': no certificate is for hosts below "
                f"'*.{self.endpoint}'; or Addressing.PATH, where the store takes that",
            )
        if self.endpoint.startswith(f"{self.bucket}."):
            reject(f"{kind}.endpoint", self.endpoint, "leave the bucket out: it is put before")
        if re.search(r"\.svc(\.|$)", self.endpoint):
            reject(
                f"{kind}.addressing",
                self.addressing,
                f"use Addressing.PATH: a Service has no name '{self.bucket}.{self.endpoint}'",
            )

    def _check_keys(self, field: str) -> None:
        if self.secret is None:
            raise ConfigurationError(field, None, f"name the Secret with {', '.join(self._KEYS)}")
        check_keys(field, self.secret, *self._KEYS)

    @property
    def has_path_style(self) -> bool:
        """Whether the bucket stands in the path."""
        if isinstance(self.addressing, ByEndpoint):
            return not self.endpoint.endswith((".amazonaws.com", ".amazonaws.com.cn"))
        return self.addressing is Addressing.PATH

    @property
    def port_number(self) -> int:
        """The number of the port of the endpoint."""
        return self.target.ports[0].number if isinstance(self.port, TargetPort) else self.port

    @property
    def url(self) -> str:
        """The address of the store, without the bucket."""
        port = "" if self.port_number == HTTPS else f":{self.port_number}"
        return f"https://{self.endpoint}{port}"

    @property
    def bucket_url(self) -> str:
        """The address of the bucket."""
        if self.has_path_style:
            return f"{self.url}/{self.bucket}"
        return self.url.replace("https://", f"https://{self.bucket}.")

    @property
    def authority(self) -> SecretRef | None:
        """The authority of the store's certificate; None for a public one."""
        if self.secret is None or AUTHORITY not in self.secret.keys:
            return None
        return replace(self.secret, keys=(AUTHORITY,))

    @property
    def called(self) -> tuple[End, ...]:
        """Whom a client calls."""
        return (self.target,)

    def calls_by(self, source: Peer) -> tuple[Call, ...]:
        """Return the calls of a client to the store, and to who gives it its identity."""
        return tuple(
            Call(source=source, target=target, port=port.name)
            for target in self.called
            for port in target.ports
        )


class S3Bucket(Bucket):
    """A path in a bucket, for copies of the configuration.

    Args:
        bucket: its name.
        region: of the bucket.
        endpoint: the host name of the store, such as ``s3.eu-central-1.amazonaws.com``.
        port: of the endpoint, or `TargetPort()`; a Service may have another than its pods.
        addressing: whether the bucket stands in host names or in paths, or `ByEndpoint()`.
        path: the prefix of all objects.
        secret: the keys to it in ``access-key`` and ``secret-key``; where no public
            authority signed the certificate of the store, the one that did in ``ca.crt``. None
            where a role needs neither.
        role: that stands in for the keys.
        target: the addresses of the endpoint.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    region: str
    path: str
    role: AwsRole | None = None

    _KEYS_BESIDE_ROLE: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        kind = type(self).__name__
        check_subdomain(f"{kind}.region", self.region)
        found = _OF_REGION.search(self.endpoint)
        if found and found[1] != self.region:
            reject(f"{kind}.region", self.region, f"use '{found[1]}', which the endpoint is in")
        check_mount_path(f"{kind}.path", self.path)

    def _check_keys(self, field: str) -> None:
        if self.role is None:
            super()._check_keys(field)
        elif self.secret is not None:
            check_keys(field, self.secret, *self._KEYS_BESIDE_ROLE)

    @property
    def called(self) -> tuple[End, ...]:
        """Whom a client calls."""
        return (self.target,) if self.role is None else (self.target, self.role.token_service)
