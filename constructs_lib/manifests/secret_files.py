"""The keys of Secrets that containers have as files, and what tells them which to read."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest

# Certificates are shown to everybody.
PUBLIC_KEYS = frozenset({"ca.crt", "tls.crt"})
_SCRIPTS = (".sh", ".py")
# What a container says of itself.
_SAID = ("command", "args", "env", "lifecycle", "startupProbe", "livenessProbe", "readinessProbe")


class MountedKey(Value):
    """A key of a Secret that a container has as a file.

    Args:
        secret: the name of the Secret.
        key: which of its keys.
        folder: where the Secret is mounted.
        path: of the file.
    """

    secret: str
    key: str
    folder: str
    path: str


def secret_files(
    workload: WorkloadManifest,
    container: Mapping[str, Any],
    made: Mapping[tuple[str, str], Iterable[str] | None] = MappingProxyType({}),
) -> list[MountedKey]:
    """Return the files of a container, as far as manifests tell the keys of its Secrets.

    Args:
        workload: that it is of.
        container: that has them.
        made: the keys of Secrets that an operator makes, by namespace and name.
    """
    volumes = {each.get("name"): each for each in mappings(workload.pod, "volumes")}
    return [
        MountedKey(secret=secret, key=key, folder=folder, path=f"{folder}/{path}")
        for mount in mappings(container, "volumeMounts")
        # One that is mounted alone, by its path, is named by that.
        if not {"subPath", "subPathExpr"} & set(mount)
        for secret, items in _sources(volumes.get(mount.get("name"), {}))
        for folder in (field(mount, "mountPath", default="").rstrip("/"),)
        for key, path in (
            items or {key: key for key in made.get((workload.namespace, secret)) or ()}
        ).items()
    ]


def told(platform: Platform, workload: WorkloadManifest, container: Mapping[str, Any]) -> str:
    """Return what a container says, its configuration, and the scripts that these lead to.

    Init containers may write configuration for it.
    """
    files = _configuration(platform, workload, container)
    for each in mappings(workload.pod, "initContainers"):
        prepared = _configuration(platform, workload, each).items()
        files |= {path: text for path, text in prepared if not path.endswith(_SCRIPTS)}
    scripts = {path: files.pop(path) for path in [*files] if path.endswith(_SCRIPTS)}
    left, read = [json.dumps([container.get(key) for key in _SAID]), *files.values()], []
    while left:
        read.append(text := left.pop())
        left += [scripts.pop(path) for path in [*scripts] if path in text]
    return "\n".join(read)


def names(text: str, path: str) -> bool:
    """Tell whether a text has a path, or its folder and, behind a variable for that, its name."""
    folder, _, name = path.rpartition("/")
    ways = ([path], [folder, f"}}/{name}"])
    return any(
        all(re.search(rf"{re.escape(each)}(?![\w./-])", text) for each in way) for way in ways
    )


def unnamed(text: str, files: list[MountedKey]) -> Iterator[MountedKey]:
    """Yield the files of a container of whose Secrets it names others, each by its path."""
    by_folder: dict[str, list[MountedKey]] = defaultdict(list)
    for file in files:
        by_folder[file.folder].append(file)
    for folder, beside in by_folder.items():
        # Who is told the folder may read all that is in it.
        if not re.search(rf"{re.escape(folder)}/?(?![\w./-])", text):
            left = [file for file in beside if not _names(text, file)]
            yield from left if len(left) < len(beside) else ()


def _names(text: str, file: MountedKey) -> bool:
    """Tell whether a text has a file by its path; by its name, where that is no usual word."""
    name = file.path.rpartition("/")[2]
    alone = "." in name and re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w./-])", text)
    return bool(alone) or names(text, file.path)


def _sources(volume: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the Secrets of a volume, each with the paths of those keys that it names."""
    found = [(mapping(volume, "secret"), "secretName")]
    found += [
        (mapping(each, "secret"), "name") for each in mappings(volume, "projected", "sources")
    ]
    for source, name in found:
        if source:
            yield (
                field(source, name, default=""),
                {
                    field(item, "key", default=""): field(item, "path", default="")
                    for item in mappings(source, "items")
                },
            )


def _configuration(
    platform: Platform, workload: WorkloadManifest, container: Mapping[str, Any]
) -> dict[str, str]:
    """Return the files of ConfigMaps that a container has, and variables that come from these."""
    volumes = {each.get("name"): each for each in mappings(workload.pod, "volumes")}

    def data(name: str) -> dict[str, str]:
        found = platform.get("ConfigMap", workload.namespace, name)
        return mapping(found, "data") if found else {}

    files = {
        f"{field(mount, 'mountPath', default='').rstrip('/')}/{name}": text
        for mount in mappings(container, "volumeMounts")
        for name, text in data(
            field(volumes.get(mount.get("name")), "configMap", "name", default="")
        ).items()
    }
    taken = [
        field(each, "configMapRef", "name", default="") for each in mappings(container, "envFrom")
    ]
    taken += [
        field(each, "valueFrom", "configMapKeyRef", "name", default="")
        for each in mappings(container, "env")
    ]
    return files | {f"{name}:{key}": text for name in taken for key, text in data(name).items()}
