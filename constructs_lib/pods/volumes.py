"""What a container finds below a path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cdk8s_plus_27 import k8s

from constructs_lib import quantities
from constructs_lib.rules import check_mount_path


class Mounted(Protocol):
    """Files, or room for files, below a path of a container."""

    @property
    def mount_path(self) -> str:
        """The directory."""
        ...

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        ...

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written there."""
        ...

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotations that roll its readers when it changes."""
        ...


class Volume(Mounted, Protocol):
    """Something mounted that a pod brings along."""

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Scratch:
    """A directory that can be written to, and is empty at every start.

    Args:
        mount_path: the directory; containers of one pod that name the same share it.
        size: the most that it may hold; more evicts the pod.

    Raises:
        ConfigurationError: a path or size that cannot be.
    """

    mount_path: str
    size: str = "64Mi"

    def __post_init__(self) -> None:
        check_mount_path("Scratch.mount_path", self.mount_path)
        quantities.parse_bytes(self.size, f"Scratch.size of {self.mount_path}")

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return "-".join(("scratch", *re.findall("[a-z0-9]+", self.mount_path.lower())))

    @property
    def read_only(self) -> bool:
        """False."""
        return False

    @property
    def revisions(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            empty_dir=k8s.EmptyDirVolumeSource(size_limit=quantities.to_kube(self.size)),
        )


def mount(volume: Mounted) -> k8s.VolumeMount:
    """Return the typed mount of a volume in a container."""
    return k8s.VolumeMount(
        name=volume.volume_name, mount_path=volume.mount_path, read_only=volume.read_only or None
    )
