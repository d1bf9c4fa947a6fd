"""A container has the keys of Secrets that it reads, and no others."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import yaml

from constructs_lib.manifests.fields import mapping, mappings
from constructs_lib.manifests.platform import Platform, name_of
from constructs_lib.manifests.secret_files import MountedKey, names, secret_files, told
from tests.platform.shop import ROOT, Shop


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A key of a Secret that a container has as a file.

    Args:
        workload: the name of the workload.
        container: its name.
        namespace: of the Secret.
        file: which.
    """

    workload: str
    container: str
    namespace: str
    file: MountedKey


def given(platform: Platform) -> dict[Given, str]:
    """Return the keys that containers have, each with all that tells the container what to read."""
    return {
        Given(
            workload=name_of(workload.manifest),
            container=container["name"],
            namespace=workload.namespace,
            file=file,
        ): told(platform, workload, container)
        for workload in platform.workloads
        for container in workload.all_containers
        for file in secret_files(workload, container)
    }


def unread(platform: Platform) -> list[Given]:
    """Return the keys whose files nothing names that their containers are told."""
    return [each for each, read in given(platform).items() if not names(read, each.file.path)]


@pytest.mark.mission("B62")
def test_containers_read_each_key_that_they_have(shop: Shop) -> None:
    platform = Platform(shop.core)
    assert len(given(platform)) > 60
    assert unread(platform) == []


def test_so_do_those_of_the_examples() -> None:
    """Workers, migrations, jobs, caches and what others wrote, which the platform has none of."""
    found = [*examples()]
    assert sum(len(given(platform)) for platform in found) > 100
    assert [each for platform in found for each in unread(platform)] == []


def test_one_more_key_is_seen(shop: Shop) -> None:
    """Whichever container gets whichever key of a Secret that others read, or one of no name."""
    assert sum(map(one_more, [Platform(shop.core), *examples()])) > 200


def examples() -> Iterator[Platform]:
    for path in sorted((ROOT / "examples" / "__snapshots__").glob("**/*.yaml")):
        yield Platform([each for each in yaml.safe_load_all(path.read_text()) if "kind" in each])


def one_more(platform: Platform) -> int:
    """Give each container a key more, one at a time, and return how often that was seen."""
    keys: dict[tuple[str, str], set[str]] = defaultdict(lambda: {"of-no-name"})
    for each in given(platform):
        keys[each.namespace, each.file.secret].add(each.file.key)
    tried = 0
    for workload in platform.workloads:
        for number, volume in enumerate(mappings(workload.pod, "volumes")):
            items = mappings(volume, "secret", "items")
            secret = (workload.namespace, mapping(volume, "secret").get("secretName", ""))
            for key in sorted(keys[secret] - {item["key"] for item in items}) if items else ():
                manifest = copy.deepcopy(workload.manifest)
                changed = Platform([*platform.of_kind("ConfigMap"), manifest])
                (other,) = changed.workloads
                other.pod["volumes"][number]["secret"]["items"].append({"key": key, "path": key})
                seen = {each.file.key for each in unread(changed)}
                assert seen == {key}, (name_of(manifest), volume["name"])
                tried += 1
    return tried
