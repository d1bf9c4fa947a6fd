"""The ConfigMaps and Secrets that the pods of a workload read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.manifests.workloads import WorkloadManifest


class Read(Value):
    """A reference of a pod to a ConfigMap or Secret.

    Args:
        name: of the object.
        keys: that are referenced; empty for all keys.
        optional: whether pods start without it.
    """

    name: str
    keys: frozenset[str]
    optional: bool


def config_maps_read(workload: WorkloadManifest) -> list[Read]:
    """Return the ConfigMaps that pods mount or have in their environment."""
    return list(_reads(workload, volume="configMap", name="name", env="configMap"))


def secrets_read(workload: WorkloadManifest) -> list[Read]:
    """Return the Secrets that pods mount, have in their environment, or pull images with."""
    pulls = mappings(workload.pod, "imagePullSecrets")
    return [
        *_reads(workload, volume="secret", name="secretName", env="secret"),
        *(_read(pull, "name", frozenset({".dockerconfigjson"})) for pull in pulls),
    ]


def _reads(workload: WorkloadManifest, *, volume: str, name: str, env: str) -> Iterator[Read]:
    for each in mappings(workload.pod, "volumes"):
        if volume in each:
            keys = _item_keys(mapping(each, volume)) or _files_mounted(workload, each)
            yield _read(mapping(each, volume), name, keys)
        for source in mappings(each, "projected", "sources"):
            if volume in source:
                yield _read(mapping(source, volume), "name", _item_keys(mapping(source, volume)))
    for container in workload.all_containers:
        for source in mappings(container, "envFrom"):
            if f"{env}Ref" in source:
                yield _read(mapping(source, f"{env}Ref"), "name", frozenset())
        for variable in mappings(container, "env"):
            reference = mapping(variable, "valueFrom", f"{env}KeyRef")
            if reference:
                key = field(reference, "key", default="")
                yield _read(reference, "name", frozenset({key}))


def _read(reference: Mapping[str, Any], name: str, keys: frozenset[str]) -> Read:
    return Read(
        name=field(reference, name, default=""),
        keys=keys,
        optional=field(reference, "optional", default=False),
    )


def _files_mounted(workload: WorkloadManifest, volume: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys of which files alone are mounted, where all mounts of a volume are of one."""
    paths = [
        field(mount, "subPath", default="")
        for container in workload.all_containers
        for mount in mappings(container, "volumeMounts")
        if mount.get("name") == volume.get("name")
    ]
    return frozenset(paths if all(paths) else ())


def _item_keys(source: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(field(item, "key", default="") for item in mappings(source, "items"))
