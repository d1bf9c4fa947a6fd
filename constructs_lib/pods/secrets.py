"""Secrets of a container, as files or as variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.facts.secrets import CsiSecretRef, SecretKind, SecretRef
from constructs_lib.names import short_name
from constructs_lib.pods.volumes import Volume
from constructs_lib.rules import (
    check_distinct,
    check_env_name,
    check_mount_path,
    check_range,
)
from constructs_lib.values import Value


class AllKeys(Value):
    """Every key that a reference names."""


# What the API server gives them.
_MODE = 0o644
_WRITTEN_IN_DECIMAL = {400, 440, 444, 500}


class SecretMount(Volume):
    """A mounted secret, one file a key.

    Attributes:
        secret: the reference.
        kind: of the object.
    """

    secret: SecretRef
    kind: ClassVar[SecretKind]
    read_only = True

    @property
    def read(self) -> SecretRef:
        """The reference with the keys that are read."""
        return self.secret

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return f"secret-{self.secret.name.replace('.', '-')}"

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotation that rolls the readers when the secret does."""
        return revisions_of(self.secret)


class SecretFiles(Value, SecretMount):
    """The keys of a Secret as files, which are updated in place.

    Containers of one pod that read different keys of a Secret have a volume each, so that
    none has more than it reads.

    Args:
        secret: the Secret.
        mount_path: their directory, one file a key.
        mode: of the files, such as ``0o440`` for a private key of a server that
            takes no other.
        optional: whether a pod starts without it, with an empty directory.
        keys: that the container reads; by default all of the reference.

    Raises:
        ConfigurationError: a path or mode that cannot work, what is no Secret, or a key that it
            is not said to have.
    """

    secret: SecretRef
    mount_path: str
    mode: int = _MODE
    optional: bool = False
    keys: tuple[str, ...] | AllKeys = AllKeys()
    kind: ClassVar[SecretKind] = SecretKind.SECRET

    def __post_init__(self) -> None:
        check_object("SecretFiles.secret", self.secret)
        check_mount_path("SecretFiles.mount_path", self.mount_path)
        check_range("SecretFiles.mode", self.mode, 0, 0o777)
        if self.mode < 0o400 or self.mode in _WRITTEN_IN_DECIMAL:
            reject("SecretFiles.mode", self.mode, "write it in octal, such as 0o440, not 440")
        if not isinstance(self.keys, AllKeys):
            check_distinct("SecretFiles.keys", self.keys)
            for key in self.keys or ("",):
                _check_key("SecretFiles.keys", self.secret, key)

    @property
    def read(self) -> SecretRef:
        """The reference with the keys that are read."""
        if isinstance(self.keys, AllKeys):
            return self.secret
        return replace(self.secret, keys=self.keys)

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        whole = super().volume_name
        if isinstance(self.keys, AllKeys):
            return whole
        return short_name(whole, *(re.sub("[^a-z0-9]+", "-", each.lower()) for each in self.keys))

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            secret=k8s.SecretVolumeSource(
                secret_name=self.secret.name,
                items=[k8s.KeyToPath(key=key, path=key) for key in self.read.keys],
                default_mode=None if self.mode == _MODE else self.mode,
                optional=True if self.optional else None,
            ),
        )


class SecretEnv(Value):
    """A key of a Secret as an environment variable, for software that reads no files.

    Args:
        name: the variable.
        secret: the Secret.
        key: which of its keys.
        optional: whether a pod starts without it, and without the variable.

    Raises:
        ConfigurationError: the Secret is not said to have this key, or is none.
    """

    name: str
    secret: SecretRef
    key: str
    optional: bool = False
    kind: ClassVar[SecretKind] = SecretKind.SECRET

    def __post_init__(self) -> None:
        check_env_name("SecretEnv.name", self.name)
        check_object("SecretEnv.secret", self.secret)
        _check_key("SecretEnv.key", self.secret, self.key)

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotation that rolls the readers when the Secret does."""
        return revisions_of(self.secret)

    def to_kube(self) -> k8s.EnvVar:
        """Return the typed variable."""
        return k8s.EnvVar(
            name=self.name,
            value_from=k8s.EnvVarSource(
                secret_key_ref=k8s.SecretKeySelector(
                    name=self.secret.name,
                    key=self.key,
                    optional=True if self.optional else None,
                )
            ),
        )


def check_object(field: str, secret: SecretRef) -> None:
    """Refuse what the CSI driver brings where only a Secret can be."""
    if isinstance(secret, CsiSecretRef):
        reject(
            field,
            secret.name,
            "use a SecretRef: what the CSI driver brings is no Secret, so it can be no variable "
            "and has no modes of its own; CsiSecretFiles mounts it",
        )


def _check_key(field: str, secret: SecretRef, key: str) -> None:
    if key not in secret.keys:
        reject(field, key, f"use one of {', '.join(secret.keys)}")


def revisions_of(secret: SecretRef) -> Mapping[str, str]:
    """Return the annotation that changes when a secret does."""
    return {f"revision/{secret.name}": secret.revision}
