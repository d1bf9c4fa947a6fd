"""The objects of two trees, in pairs: what lives before an apply, and what lives after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from constructs_lib.changes.decoding import DecodingError
from constructs_lib.changes.differences import differences
from constructs_lib.changes.merging import merged
from constructs_lib.changes.storing import Merge, applied, stored
from constructs_lib.changes.verdicts import FieldChange
from constructs_lib.manifests.fields import Manifest, field, mapping
from constructs_lib.manifests.platform import describe, kind_of, name_of, namespace_of

Node = dict[str, Any]


class ObjectKey(tuple[str, str, str]):
    """Kind with API group, namespace and name: whatever of an object stays the same.

    The version of the group is not part of it.
    """

    __slots__ = ()

    @classmethod
    def of(cls, manifest: Manifest) -> ObjectKey:
        """Return the identity of a manifest."""
        return cls((kind_of(manifest), namespace_of(manifest), name_of(manifest)))


class Pair:
    """An object in two trees, in one of which it may be missing.

    Args:
        before: its manifest, or None.
        after: its manifest, or None.
        live: the object as it lives, if that is known; otherwise what an apply made of `before`.
        merge: makes of `before`, `after` and what lives what will live.
    """

    def __init__(
        self,
        before: Node | None,
        after: Node | None,
        live: Node | None = None,
        merge: Merge = merged,
    ) -> None:
        self._merge = merge
        self.before = before
        self.after = after
        self.known = live
        self.manifest: Node = after or before or {}

    @cached_property
    def identity(self) -> ObjectKey:
        """Its kind, namespace and name."""
        return ObjectKey.of(self.manifest)

    @cached_property
    def kind(self) -> str:
        """Its kind with the API group, such as ``Deployment.apps``."""
        return kind_of(self.manifest)

    @property
    def name(self) -> str:
        """Its name."""
        return name_of(self.manifest)

    @property
    def namespace(self) -> str:
        """Its namespace; empty for a cluster-scoped object."""
        return namespace_of(self.manifest)

    def __str__(self) -> str:
        return describe(self.manifest)

    @property
    def is_new(self) -> bool:
        """Whether it is created."""
        return self.before is None

    @property
    def is_gone(self) -> bool:
        """Whether it is in the files no more."""
        return self.after is None

    @cached_property
    def was(self) -> Node:
        """What lives before the apply; empty for a new object."""
        if self.before is None:
            return {}
        if self.known is not None:
            lives = mapping(self.known, "metadata")
            metadata = {key: each for key, each in lives.items() if key != "managedFields"}
            return stored({**self.known, "metadata": metadata})
        try:
            return stored(as_version(self.before, self.manifest))
        except DecodingError:
            # Nobody can have applied it, so that nothing of it lives.
            names = {"name": self.name, "namespace": self.namespace}
            metadata = {key: value for key, value in names.items() if value}
            kind = {key: self.manifest.get(key) for key in ("apiVersion", "kind")}
            return {**kind, "metadata": metadata}

    @cached_property
    def _applied(self) -> tuple[Node, DecodingError | None]:
        if self.after is None:
            return {}, None
        try:
            if self.before is None:
                return stored(self.after), None
            before = as_version(self.before, self.after)
            return applied(before, self.after, self.was, self._merge), None
        except DecodingError as error:
            return self.was, error

    @property
    def now(self) -> Node:
        """What lives after the apply if it is accepted; empty for an object that is gone."""
        return self._applied[0]

    @property
    def undecodable(self) -> DecodingError | None:
        """Why the API server cannot decode it, or None."""
        return self._applied[1]

    @cached_property
    def fields(self) -> tuple[FieldChange, ...]:
        """The fields in which what lives differs, but for those that each write changes."""
        if self.is_new or self.is_gone:
            return ()
        found = differences(self.was, self.now)
        return tuple(each for each in found if each.path not in {"apiVersion", "status"})

    def below(self, *paths: str) -> tuple[FieldChange, ...]:
        """Return the differences at or below some fields."""
        return tuple(each for each in self.fields if each.path.startswith(paths))


def as_version(manifest: Node, other: Manifest) -> Node:
    """Return a manifest as the version of its API in which another one is written."""
    if manifest.get("apiVersion") == other.get("apiVersion"):
        return manifest
    converted = {**manifest, "apiVersion": other.get("apiVersion")}
    utilization = field(manifest, "spec", "targetCPUUtilizationPercentage", default=0)
    if utilization:
        target = {"type": "Utilization", "averageUtilization": utilization}
        spec = {**manifest["spec"]}
        del spec["targetCPUUtilizationPercentage"]
        metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
        converted["spec"] = {**spec, "metrics": metrics}
    return converted


def paired(
    before: Iterable[Node],
    after: Iterable[Node],
    lives: Mapping[ObjectKey, Node],
    merge: Merge,
) -> Iterator[Pair]:
    """Yield the pairs of objects that may differ, in the order of the files.

    Args:
        before: the manifests that were applied last.
        after: those that are applied.
        lives: the objects as they live, as far as they are known.
        merge: makes one of what was applied, what is applied and what lives.
    """
    old = {ObjectKey.of(manifest): manifest for manifest in before}
    new = {ObjectKey.of(manifest): manifest for manifest in after}
    for identity, manifest in new.items():
        was, live = old.get(identity), lives.get(identity)
        # What is written is the same, and somebody may have changed what lives.
        if live is not None or (was is not manifest and was != manifest):
            yield Pair(was, manifest, live, merge)
    for identity, manifest in old.items():
        if identity not in new:
            yield Pair(manifest, None, lives.get(identity), merge)
