"""A container has the keys of Secrets that it reads, and no others."""

from __future__ import annotations

import copy
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from constructs_lib.manifests.fields import mappings
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.testing import find_all
from tests.platform.shop import ROOT, Shop

SCRIPTS = (".sh", ".py")
# What a container says of itself.
SAID = ("command", "args", "env", "lifecycle", "startupProbe", "livenessProbe", "readinessProbe")


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A key of a Secret that a container has as a file.

    Args:
        workload: the name of the workload.
        container: its name.
        secret: the Secret, with its namespace.
        key: which of its keys.
        path: the file.
    """

    workload: str
    container: str
    secret: tuple[str, str]
    key: str
    path: str


def given(platform: Platform) -> dict[Given, str]:
    """Return the keys that containers have, each with all that tells the container what to read."""
    found = {}
    for workload in platform.workloads:
        volumes = {each["name"]: each for each in mappings(workload.pod, "volumes")}
        for container in workload.all_containers:
            read = "\n".join(texts(platform, workload, container))
            for mount in mappings(container, "volumeMounts"):
                volume = volumes.get(mount["name"], {})
                for item in mappings(volume, "secret", "items"):
                    file = Given(
                        workload=workload.manifest["metadata"]["name"],
                        container=container["name"],
                        secret=(workload.namespace, volume["secret"]["secretName"]),
                        key=item["key"],
                        path=f"{mount['mountPath']}/{item['path']}",
                    )
                    found[file] = read
    return found


def texts(
    platform: Platform, workload: WorkloadManifest, container: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what a container says, its configuration, and the scripts that these lead to.

    Init containers may write configuration for it.
    """
    files = mounted(platform, workload, container)
    for each in mappings(workload.pod, "initContainers"):
        prepared = mounted(platform, workload, each).items()
        files |= {path: text for path, text in prepared if not path.endswith(SCRIPTS)}
    scripts = {path: files.pop(path) for path in [*files] if path.endswith(SCRIPTS)}
    left = [json.dumps([container.get(field) for field in SAID]), *files.values()]
    while left:
        text = left.pop()
        yield text
        left += [scripts.pop(path) for path in [*scripts] if path in text]


def mounted(
    platform: Platform, workload: WorkloadManifest, container: Mapping[str, Any]
) -> dict[str, str]:
    maps = {
        each["metadata"]["name"]: each["data"]
        for each in platform.of_kind("ConfigMap", namespace=workload.namespace)
    }
    volumes = {each["name"]: each for each in mappings(workload.pod, "volumes")}
    return {
        f"{mount['mountPath']}/{name}": text
        for mount in mappings(container, "volumeMounts")
        for name, text in maps.get(
            volumes.get(mount["name"], {}).get("configMap", {}).get("name"), {}
        ).items()
    }


def unread(platform: Platform) -> list[Given]:
    """Return the keys whose files nothing names that their containers are told."""
    return [file for file, read in given(platform).items() if not names(read, file.path)]


def names(read: str, path: str) -> bool:
    """Tell whether a text has a path, or its folder and, behind a variable for that, its name."""
    folder, _, name = path.rpartition("/")
    ways = ([path], [folder, f"}}/{name}"])
    return any(
        all(re.search(rf"{re.escape(each)}(?![\w./-])", read) for each in way) for way in ways
    )


@pytest.mark.mission("B62")
def test_containers_read_each_key_that_they_have(shop: Shop) -> None:
    platform = Platform(shop.core)
    assert len(given(platform)) > 60
    assert unread(platform) == []


def test_so_do_those_of_the_examples() -> None:
    """Workers, migrations, jobs, caches and what others wrote, which the platform has none of."""
    found = 0
    for path in sorted((ROOT / "examples" / "__snapshots__").glob("**/*.yaml")):
        manifests = [each for each in yaml.safe_load_all(path.read_text()) if "kind" in each]
        platform = Platform(manifests)
        found += len(given(platform))
        assert unread(platform) == [], path.name
    assert found > 100


def test_one_more_key_is_seen(shop: Shop) -> None:
    """Whichever container gets whichever key of a Secret that others read."""
    keys: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file in given(Platform(shop.core)):
        keys[file.secret].add(file.key)
    tried = 0
    for number, workload in enumerate(Platform(shop.core).workloads):
        for volume in mappings(workload.pod, "volumes"):
            items = volume.get("secret", {}).get("items", [])
            has = {item["key"] for item in items}
            place = (workload.namespace, volume.get("secret", {}).get("secretName"))
            for key in sorted(keys.get(place, set()) - has):
                tried += 1
                manifest = copy.deepcopy(workload.manifest)
                changed = Platform([*find_all(shop.core, "ConfigMap"), manifest])
                (other,) = changed.workloads
                (same,) = (
                    each
                    for each in mappings(other.pod, "volumes")
                    if each["name"] == volume["name"]
                )
                same["secret"]["items"].append({"key": key, "path": key})
                assert {each.key for each in unread(changed)} == {key}, (number, volume["name"])
    assert tried > 20
