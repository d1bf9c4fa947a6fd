"""What a container is told: files, and Secrets by reference."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import SecretKind, SecretRef, check_reference
from constructs_lib.rules import check_env_name, check_key, check_mount_path, check_name, check_text

# Far below the 1 MiB of a ConfigMap: `kubectl apply` stores the object once
# more in an annotation, which holds 256 KiB.
_LARGEST_CONFIG = 200_000

_SECRET_NAME = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?"
    r"|(API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION)_?KEY)(_BASE)?$",
    re.IGNORECASE,
)
_SECRET_URL = re.compile(r"://[^/@\s]*:[^/@\s]+@")


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigFiles:
    """Files that are mounted from a ConfigMap, which the tier makes.

    When their text changes, the pods that read them roll.

    Args:
        name: what the files are about; the ConfigMap is named after workload and this.
        files: text by file name, 200 kB in all.
        mount_path: the directory that they appear in.

    Raises:
        ConfigurationError: a name, path or text that cannot be mounted.
    """

    name: str
    files: Mapping[str, str]
    mount_path: str

    def __post_init__(self) -> None:
        check_name("ConfigFiles.name", self.name)
        check_mount_path("ConfigFiles.mount_path", self.mount_path)
        if not self.files:
            raise ConfigurationError("ConfigFiles.files", {}, "give at least one file")
        for name, text in self.files.items():
            check_key("ConfigFiles.files", name)
            check_text(f"ConfigFiles.files[{name!r}]", text)
        size = sum(len(f"{name}{text}".encode()) for name, text in self.files.items())
        if size >= _LARGEST_CONFIG:
            raise ConfigurationError(
                "ConfigFiles.files", f"{size} bytes", f"stay below {_LARGEST_CONFIG} bytes"
            )

    @property
    def checksum(self) -> str:
        """A digest of all files, which the pods carry so that they roll with it."""
        digest = hashlib.sha256()
        for name, text in sorted(self.files.items()):
            digest.update(f"{name}\0{text}\0".encode())
        return digest.hexdigest()[:16]

    def attach(self, scope: Construct, identity: names.Identity) -> k8s.KubeConfigMap:
        """Make the ConfigMap."""
        return k8s.KubeConfigMap(
            scope,
            f"ConfigMap-{self.name}",
            metadata=names.metadata(
                scope,
                "ConfigMap",
                f"{identity.name}-{self.name}",
                namespace=identity.namespace,
                labels=identity.labels,
            ),
            data=dict(self.files),
        )


class SecretMount(Protocol):
    """A directory that the keys of a secret appear in, one file a key."""

    @property
    def secret(self) -> SecretRef:
        """What is read."""
        ...

    @property
    def mount_path(self) -> str:
        """The directory."""
        ...

    @property
    def kind(self) -> SecretKind:
        """The kind of the object that is named."""
        ...

    def volume(self, name: str) -> k8s.Volume:
        """Return the typed volume under a name."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretFiles:
    """The keys of a Secret as files, which a rotation replaces in place.

    Args:
        secret: the Secret.
        mount_path: the directory that the keys appear in, one file a key.
    """

    secret: SecretRef
    mount_path: str

    def __post_init__(self) -> None:
        check_reference("SecretFiles.secret", self.secret)
        check_mount_path("SecretFiles.mount_path", self.mount_path)

    @property
    def kind(self) -> SecretKind:
        """The kind of the object that is named."""
        return SecretKind.SECRET

    def volume(self, name: str) -> k8s.Volume:
        """Return the typed volume under a name."""
        return k8s.Volume(
            name=name,
            secret=k8s.SecretVolumeSource(
                secret_name=self.secret.name,
                items=[k8s.KeyToPath(key=key, path=key) for key in self.secret.keys],
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretEnv:
    """A key of a Secret as an environment variable, for software that reads no files.

    Args:
        name: the variable.
        secret: the Secret.
        key: which of its keys.

    Raises:
        ConfigurationError: the Secret is not said to have this key.
    """

    name: str
    secret: SecretRef
    key: str

    def __post_init__(self) -> None:
        check_env_name("SecretEnv.name", self.name)
        check_reference("SecretEnv.secret", self.secret)
        if self.key not in self.secret.keys:
            raise ConfigurationError(
                "SecretEnv.key", self.key, f"use one of {', '.join(self.secret.keys)}"
            )

    @property
    def kind(self) -> SecretKind:
        """The kind of the object that is named."""
        return SecretKind.SECRET

    def to_kube(self) -> k8s.EnvVar:
        """Return the typed variable."""
        return k8s.EnvVar(
            name=self.name,
            value_from=k8s.EnvVarSource(
                secret_key_ref=k8s.SecretKeySelector(name=self.secret.name, key=self.key)
            ),
        )


def check_public(field: str, env: Mapping[str, str]) -> None:
    """Refuse variables that Kubernetes or good sense do not let into a manifest."""
    for name, value in env.items():
        check_env_name(field, name)
        check_text(f"{field}[{name!r}]", value)
        if _SECRET_NAME.search(name) or _SECRET_URL.search(value):
            raise ConfigurationError(
                f"{field}[{name!r}]",
                "(hidden)",
                "pass a secret by reference: SecretEnv(name=…, secret=SecretRef(…), key=…)",
            )
