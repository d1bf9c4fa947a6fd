"""A container has the keys of Secrets that it reads, and no others."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import yaml

from constructs_lib.manifests.platform import Platform, name_of
from constructs_lib.manifests.secret_files import MountedKey, names, secret_files, told
from constructs_lib.manifests.workloads import WorkloadManifest
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
    """Whichever container gets a key that others read of its Secrets, or one of no name."""
    assert sum(map(one_more, [Platform(shop.core), *examples()])) > 300


def examples() -> Iterator[Platform]:
    for path in sorted((ROOT / "examples" / "__snapshots__").glob("**/*.yaml")):
        yield Platform([each for each in yaml.safe_load_all(path.read_text()) if "kind" in each])


def one_more(platform: Platform) -> int:
    """Give each container a key more, one at a time, and return how often that was seen.

    It is one of a Secret that the container has or, where it has none, of a Secret of its own.
    """
    keys: dict[tuple[str, str], set[str]] = defaultdict(lambda: {"of-no-name"})
    for each in given(platform):
        keys[each.namespace, each.file.secret].add(each.file.key)
    tried = 0
    for workload in platform.workloads:
        for number, container in enumerate(workload.all_containers):
            had = {(each.secret, each.key) for each in secret_files(workload, container)}
            secrets = {secret for secret, _ in had} or {"of-no-name"}
            more = {(name, key) for name in secrets for key in keys[workload.namespace, name]}
            for secret, key in sorted(more - had):
                manifest = copy.deepcopy(workload.manifest)
                changed = Platform([*platform.of_kind("ConfigMap"), manifest])
                (other,) = changed.workloads
                source = {"secretName": secret, "items": [{"key": key, "path": key}]}
                assert isinstance(other.pod, dict)
                other.pod.setdefault("volumes", []).append({"name": "more", "secret": source})
                given_more = other.all_containers[number]
                assert isinstance(given_more, dict)
                mounts = given_more.setdefault("volumeMounts", [])
                mounts.append({"name": "more", "mountPath": _folder(other, number, secret)})
                seen = [(each.container, each.file.key) for each in unread(changed)]
                assert seen == [(container["name"], key)], (name_of(manifest), secret)
                tried += 1
    return tried


def _folder(workload: WorkloadManifest, number: int, secret: str) -> str:
    """Return where a container has files of a Secret, or a folder of no name."""
    found = secret_files(workload, workload.all_containers[number])
    return next((each.folder for each in found if each.secret == secret), "/run/secrets/more")
