"""Volumes of a pod and their mounts in a container."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping

from cdk8s_plus_27 import k8s

from constructs_lib import quantities
from constructs_lib.rules import check_mount_path, check_name
from constructs_lib.values import Value


class Mounted(ABC):
    """A volume mount of a container.

    Attributes:
        mount_path: the directory.
        read_only: whether nothing can be written there.
    """

    mount_path: str
    read_only: bool = False

    @property
    def is_device(self) -> bool:
        """Whether there is a device at the path, and no directory."""
        return False

    @property
    @abstractmethod
    def volume_name(self) -> str:
        """The name of the volume in a pod."""

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotations that roll its readers when what is there changes."""
        return {}

    def mount(self) -> k8s.VolumeMount:
        """Return the typed mount."""
        return k8s.VolumeMount(
            name=self.volume_name, mount_path=self.mount_path, read_only=self.read_only or None
        )


class Volume(Mounted):
    """A volume of a pod with its mount."""

    @abstractmethod
    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""


class Scratch(Value, Volume):
    """A writable directory, an emptyDir of the pod.

    Args:
        mount_path: the directory; containers of one pod that name the same share it.
        size: its limit; more evicts the pod. It counts to the
            `Resources.ephemeral_storage` of the containers.
        name: for one that containers share at different paths; by its path otherwise.

    Raises:
        ConfigurationError: a path or size that cannot be.
    """

    mount_path: str
    size: str = "64Mi"
    name: str | None = None

    def __post_init__(self) -> None:
        check_mount_path("Scratch.mount_path", self.mount_path)
        if self.name is not None:
            check_name("Scratch.name", self.name)
        quantities.parse_bytes(self.size, f"Scratch.size of {self.mount_path}")

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        words = (
            re.findall("[a-z0-9]+", self.mount_path.lower()) if self.name is None else [self.name]
        )
        return "-".join(("scratch", *words))

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            empty_dir=k8s.EmptyDirVolumeSource(size_limit=quantities.to_kube(self.size)),
        )


# Most programs put something there, and the root of the file system is read-only.
TEMPORARY = Scratch(mount_path="/tmp", size="64Mi")  # noqa: S108 - a volume of its own


class SharedMemory(Value, Volume):
    """Shared memory of a container, an emptyDir in memory; it counts to its memory limit.

    Args:
        size: its limit.
        mount_path: where programs expect it.

    Raises:
        ConfigurationError: a size or path that cannot be.
    """

    size: str
    mount_path: str = "/dev/shm"  # noqa: S108 - where programs look for it

    def __post_init__(self) -> None:
        check_mount_path("SharedMemory.mount_path", self.mount_path)
        quantities.parse_bytes(self.size, "SharedMemory.size")

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return "shared-memory"

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            empty_dir=k8s.EmptyDirVolumeSource(
                medium="Memory", size_limit=quantities.to_kube(self.size)
            ),
        )


class HostDirectory(Value, Volume):
    """A hostPath directory, for an agent that reads files of the node.

    Args:
        name: of the volume.
        path: on the node.
        mount_path: in the container.
        read_only: by default; otherwise the directory is created if it is missing.

    Raises:
        ConfigurationError: a name or path that cannot be.
    """

    name: str
    path: str
    mount_path: str
    read_only: bool = True

    def __post_init__(self) -> None:
        check_name("HostDirectory.name", self.name)
        check_mount_path("HostDirectory.mount_path", self.mount_path)

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return self.name

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.name,
            host_path=k8s.HostPathVolumeSource(
                path=self.path, type=None if self.read_only else "DirectoryOrCreate"
            ),
        )

    def mount(self) -> k8s.VolumeMount:
        """Return the typed mount: what the node mounts and unmounts later, the agent follows.

        An agent that kept what is unmounted would hold the disks of other pods.
        """
        return k8s.VolumeMount(
            name=self.volume_name,
            mount_path=self.mount_path,
            read_only=self.read_only or None,
            mount_propagation="HostToContainer",
        )
