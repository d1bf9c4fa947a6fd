"""Files of a container that come from a ConfigMap."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import reject
from constructs_lib.labels import Identity
from constructs_lib.pods.volumes import Volume
from constructs_lib.rules import check_key, check_mount_path, check_name, check_text
from constructs_lib.secret_detection import check_no_secret, public_texts
from constructs_lib.values import Value

# Far below the 1 MiB of a ConfigMap: `kubectl apply` stores the object once
# more in an annotation, which holds 256 KiB.
_LARGEST_CONFIG = 200_000


class ConfigFiles(Value, Volume):
    """Files of a ConfigMap, which is created with the workload.

    A changed text rolls the pods that mount them.

    Args:
        name: the suffix of the ConfigMap, after the name of the workload.
        files: text by file name, 200 kB in all.
        mount_path: their directory.
        executable: whether they are executable, such as scripts.

    Raises:
        ConfigurationError: a name, path or text that cannot be mounted.
    """

    name: str
    files: Mapping[str, str]
    mount_path: str
    executable: bool = False

    read_only = True

    def __post_init__(self) -> None:
        check_name("ConfigFiles.name", self.name)
        check_mount_path("ConfigFiles.mount_path", self.mount_path)
        if not self.files:
            reject("ConfigFiles.files", {}, "give at least one file")
        for name, text in self.files.items():
            check_key("ConfigFiles.files", name)
            check_text(f"ConfigFiles.files[{name!r}]", text)
            check_no_secret(
                f"ConfigFiles.files[{name!r}]",
                text,
                file=name,
                instead="keep it in a Secret, and mount that, SecretFiles(…)",
            )
        size = sum(len(f"{name}{text}".encode()) for name, text in self.files.items())
        if size >= _LARGEST_CONFIG:
            reject("ConfigFiles.files", f"{size} bytes", f"stay below {_LARGEST_CONFIG} bytes")

    @property
    def checksum(self) -> str:
        """A digest of all files, an annotation of the pods, which roll when it changes."""
        digest = hashlib.sha256()
        for name, text in sorted(self.files.items()):
            digest.update(f"{name}\0{text}\0".encode())
        return digest.hexdigest()[:16]

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return f"config-{self.name}"

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotation that rolls the readers when a file changes."""
        return {f"checksum/{self.name}": self.checksum}

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            config_map=k8s.ConfigMapVolumeSource(
                name=f"{workload}-{self.name}", default_mode=0o555 if self.executable else None
            ),
        )

    def attach(self, scope: Construct, identity: Identity) -> k8s.KubeConfigMap:
        """Create the ConfigMap."""
        return k8s.KubeConfigMap(
            scope,
            f"ConfigMap-{self.name}",
            metadata=names.metadata(
                scope,
                "ConfigMap",
                f"{identity.name}-{self.name}",
                namespace=identity.namespace,
                labels=identity.labels,
                annotations=public_texts("files", self.files.values()),
            ),
            data={name: str(text) for name, text in self.files.items()},
        )


class ReloadedFiles(ConfigFiles):
    """Files that their reader reloads when they change, so that no pod rolls.

    Args:
        name: see `ConfigFiles`; likewise the others.
        files: text by file name.
        mount_path: the directory.
        executable: whether they are programs.

    Raises:
        ConfigurationError: see `ConfigFiles`.
    """

    @property
    def revisions(self) -> Mapping[str, str]:
        """None: the reader reloads by itself."""
        return {}
