"""Invariants of every object: names, labels, empty fields, size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import mapping, walk
from constructs_lib.manifests.platform import kind_of, name_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"(?=.{{1,63}}$){_LABEL.pattern}(\.{_LABEL.pattern})*")
_RBAC = re.compile(r"(?=.{1,63}$)[a-z0-9]([-a-z0-9.:]*[a-z0-9])?")
_KEY = re.compile(r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?")
_VALUE = re.compile(r"([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?", re.ASCII)
# Names from which the names of pods, or of hosts, are made.
_MADE_INTO_LABELS = frozenset(
    {
        "CronJob.batch",
        "DaemonSet.apps",
        "Deployment.apps",
        "Job.batch",
        "Namespace",
        "Service",
        "StatefulSet.apps",
    }
)
_LONGEST = {"CronJob.batch": 52, "StatefulSet.apps": 52}
_NAMED_AFTER_THEIR_GROUP = frozenset(
    {"CustomResourceDefinition.apiextensions.k8s.io", "APIService.apiregistration.k8s.io"}
)
_EMPTY_MEANS_ALL = re.compile(
    r"(^|\.)(podSelector|namespaceSelector|objectSelector|emptyDir|(ingress|egress)(\[\d+\])?)$"
)
_CONFIG_MAP_BYTES = 200_000


def names_are_valid(platform: Platform) -> Iterator[Violation]:
    """Names are DNS names of at most 63 characters, so that hosts and labels can hold them."""
    for manifest in platform.manifests:
        kind, name = kind_of(manifest), name_of(manifest)
        if kind in _NAMED_AFTER_THEIR_GROUP:
            continue
        pattern = _LABEL if kind in _MADE_INTO_LABELS else _SUBDOMAIN
        if kind.endswith(".rbac.authorization.k8s.io"):
            pattern = _RBAC
        if not pattern.fullmatch(name):
            yield manifest, f"{name!r} is no name for it"
        elif len(name) > _LONGEST.get(kind, 63):
            yield manifest, f"its name is longer than {_LONGEST[kind]} characters"


def labels_are_valid(platform: Platform) -> Iterator[Violation]:
    """Keys and values of labels have at most 63 letters, digits, '-', '_' and '.'."""
    pods = [(workload.manifest, workload.labels) for workload in platform.workloads]
    objects = [(each, mapping(each, "metadata", "labels")) for each in platform.manifests]
    for manifest, labels in objects + pods:
        for key, value in labels.items():
            if not _KEY.fullmatch(key) or not _VALUE.fullmatch(str(value)):
                yield manifest, f"{key}: {value!r} is no label"


def objects_hold_no_nulls(platform: Platform) -> Iterator[Violation]:
    """A null is a value that was lost."""
    for manifest in platform.manifests:
        for path, value in walk(manifest):
            if value is None:
                yield manifest, f"{path} is null"


def objects_hold_nothing_empty(platform: Platform) -> Iterator[Violation]:
    """Lists and maps are not empty, except where that means all."""
    for manifest in platform.manifests:
        if not _is_built_in(kind_of(manifest)):
            continue
        for path, value in walk(manifest):
            if value in ({}, []) and not _EMPTY_MEANS_ALL.search(path):
                yield manifest, f"{path} is empty"


def objects_are_distinct(platform: Platform) -> Iterator[Violation]:
    """Of two objects of one kind, namespace and name the later overwrites the earlier."""
    seen = set()
    for manifest in platform.manifests:
        key = (kind_of(manifest), namespace_of(manifest), name_of(manifest))
        if key in seen:
            yield manifest, "stands there twice"
        seen.add(key)


def config_maps_are_small(platform: Platform) -> Iterator[Violation]:
    """Client-side apply stores each object in an annotation of at most 256 KiB."""
    for config_map in platform.of_kind("ConfigMap"):
        data = {**mapping(config_map, "data"), **mapping(config_map, "binaryData")}
        size = sum(len(key.encode()) + len(str(value).encode()) for key, value in data.items())
        if size >= _CONFIG_MAP_BYTES:
            yield config_map, f"holds {size} bytes; {_CONFIG_MAP_BYTES} is too much"


def _is_built_in(kind: str) -> bool:
    _, _, group = kind.partition(".")
    return "." not in group or group.endswith(".k8s.io")
