"""One file of a ConfigMap or Secret at a path, beside what the image has in that directory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import ClassVar

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.facts.secrets import SecretKind, SecretRef
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.secrets import SecretFiles, SecretMount, check_object
from constructs_lib.pods.volumes import Volume
from constructs_lib.rules import check_mount_path
from constructs_lib.values import Value


class ConfigFile(Value, Volume):
    """One file at a path, of a ConfigMap that is created with the workload.

    What the image has beside it stays, where `ConfigFiles` hide the whole directory. A changed
    text rolls the pods that mount it.

    Args:
        name: the suffix of the ConfigMap, after the name of the workload.
        mount_path: of the file, such as ``/app/config.json``.
        text: of the file.
        executable: whether it is a program.

    Raises:
        ConfigurationError: a name, path or text that cannot be mounted.
    """

    name: str
    mount_path: str
    text: str
    executable: bool = False

    read_only = True

    def __post_init__(self) -> None:
        check_mount_path("ConfigFile.mount_path", self.mount_path)
        _ = self.files

    @property
    def files(self) -> ConfigFiles:
        """The ConfigMap with this one file."""
        path = PurePosixPath(self.mount_path)
        return ConfigFiles(
            name=self.name,
            files={path.name: self.text},
            mount_path=self.mount_path,
            executable=self.executable,
        )

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return self.files.volume_name

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotation that rolls the readers when the file changes."""
        return self.files.revisions

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return self.files.volume(workload)

    def mount(self) -> k8s.VolumeMount:
        """Return the typed mount of the one file."""
        return _mount(self.volume_name, self.mount_path, PurePosixPath(self.mount_path).name)


class SecretFile(Value, SecretMount):
    """One key of a Secret as a file at a path, which a new revision changes.

    What the image has beside it stays, where `SecretFiles` hide the whole directory. Kubernetes
    does not update it in place.

    Args:
        secret: the Secret.
        key: which of its keys.
        mount_path: of the file, such as ``/etc/ssl/certs/database.crt``.
        mode: of the file.

    Raises:
        ConfigurationError: a path or mode that cannot work, what is no Secret, or one that is
            not said to have this key.
    """

    secret: SecretRef
    key: str
    mount_path: str
    mode: int = 0o644
    kind: ClassVar[SecretKind] = SecretKind.SECRET

    def __post_init__(self) -> None:
        check_object("SecretFile.secret", self.secret)
        check_mount_path("SecretFile.mount_path", self.mount_path)
        if self.key not in self.secret.keys:
            reject("SecretFile.key", self.key, f"use one of {', '.join(self.secret.keys)}")
        _ = self._files

    @property
    def _files(self) -> SecretFiles:
        return SecretFiles(
            secret=replace(self.secret, keys=(self.key,)),
            mount_path=str(PurePosixPath(self.mount_path).parent),
            mode=self.mode,
        )

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        words = re.findall("[a-z0-9]+", f"{self.secret.name} {self.key}".lower())
        return "-".join(("secret", *words))

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(name=self.volume_name, secret=self._files.volume(workload).secret)

    def mount(self) -> k8s.VolumeMount:
        """Return the typed mount of the one file."""
        return _mount(self.volume_name, self.mount_path, self.key)


def _mount(volume: str, path: str, file: str) -> k8s.VolumeMount:
    return k8s.VolumeMount(name=volume, mount_path=path, sub_path=file, read_only=True)
