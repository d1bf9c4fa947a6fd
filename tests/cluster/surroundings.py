"""What is around the platform in the cluster: plain manifests, and the images that they run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.images import SOURCES, build, reference

_FOLDER = Path(__file__).with_name("surroundings")


def manifests(*names: str) -> str:
    """Return the manifests of these files, of all without names; build what they run."""
    found = [each for name in names or _names() for each in _read(name)]
    used = [container for each in found for container in _containers(each)]
    build(dict.fromkeys(container["image"] for container in used))
    for container in used:
        container["image"] = reference(container["image"])
    return yaml.safe_dump_all(found, sort_keys=False)


def secret(name: str, key: str) -> str:
    """Return a value of the Secret of this name."""
    (found,) = (
        each
        for file in _names()
        for each in _read(file)
        if (each["kind"], each["metadata"]["name"]) == ("Secret", name)
    )
    value: str = found["stringData"][key]
    return value


def _names() -> list[str]:
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def _read(name: str) -> list[Any]:
    return list(yaml.safe_load_all((_FOLDER / f"{name}.yaml").read_text()))


def _containers(manifest: Any) -> Iterator[Any]:  # noqa: ANN401 - YAML of any kind
    """Yield the containers of a workload whose image is one of the suite's."""
    pod = manifest.get("spec", {}).get("template", {}).get("spec", {})
    for container in (*pod.get("initContainers", ()), *pod.get("containers", ())):
        if container["image"] in SOURCES:
            yield container
