"""Secrets of a container, as files or as variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cdk8s_plus_27 import k8s

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import CsiSecretRef, SecretKind, SecretRef, check_reference
from constructs_lib.pods.volumes import Volume
from constructs_lib.rules import check_env_name, check_mount_path, check_range
from constructs_lib.values import Value

# What the API server gives them.
_MODE = 0o644


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
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return f"secret-{self.secret.name.replace('.', '-')}"

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotation that rolls the readers when the secret does."""
        return revisions_of(self.secret)


class SecretFiles(Value, SecretMount):
    """The keys of a Secret as files, which are updated in place.

    Args:
        secret: the Secret.
        mount_path: their directory, one file a key.
        mode: of the files, such as ``0o440`` for a private key of a server that
            takes no other.
        optional: whether a pod starts without it, with an empty directory.

    Raises:
        ConfigurationError: a path or mode that cannot work, or what is no Secret.
    """

    secret: SecretRef
    mount_path: str
    mode: int = _MODE
    optional: bool = False
    kind: ClassVar[SecretKind] = SecretKind.SECRET

    def __post_init__(self) -> None:
        check_reference("SecretFiles.secret", self.secret)
        check_object("SecretFiles.secret", self.secret)
        check_mount_path("SecretFiles.mount_path", self.mount_path)
        check_range("SecretFiles.mode", self.mode, 0o400, 0o777)

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            secret=k8s.SecretVolumeSource(
                secret_name=self.secret.name,
                items=[k8s.KeyToPath(key=key, path=key) for key in self.secret.keys],
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
        check_reference("SecretEnv.secret", self.secret)
        check_object("SecretEnv.secret", self.secret)
        if self.key not in self.secret.keys:
            raise ConfigurationError(
                "SecretEnv.key", self.key, f"use one of {', '.join(self.secret.keys)}"
            )

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
        raise ConfigurationError(
            field,
            secret.name,
            "use a SecretRef: what the CSI driver brings is no Secret, so it can be no variable "
            "and has no modes of its own; CsiSecretFiles mounts it",
        )


def revisions_of(secret: SecretRef) -> Mapping[str, str]:
    """Return the annotation that changes when a secret does."""
    return {f"revision/{secret.name}": secret.revision}
