"""The same object under a new name: explained by a substitution of words, never by likeness.

A rename joins rows. It never softens what is said about its halves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import Json
from constructs_lib.manifests.fields import field, mappings
from constructs_lib.manifests.workloads import workload_of

_HASHED = re.compile(r"(.+)-(?=[0-9a-f]*\d)[0-9a-f]{8,10}")
_WORKLOADS = frozenset({"Deployment.apps", "StatefulSet.apps", "DaemonSet.apps"})
# More than this share of the fields that no substitution explains is another object.
_MOST_UNEXPLAINED = 0.2


class Way(Enum):
    """How an object came to another name."""

    NEXT_VERSION = "next version"
    RENAMED = "renamed"
    MOVED = "moved"
    REPLACED = "replaced"


class Rename(NamedTuple):
    """Two objects that are one for a reader.

    Args:
        gone: the former.
        new: the latter.
        way: how it came about.
        words: the word that was, and the one that it is now.
    """

    gone: Pair
    new: Pair
    way: Way
    words: tuple[str, str]


def renames(pairs: Iterable[Pair], made_by: Mapping[Pair, str]) -> list[Rename]:
    """Return which of the gone objects are which of the new ones.

    Args:
        pairs: all that differ.
        made_by: the path of what makes an object, or made it last, as far as it is known.
    """
    pairs = list(pairs)
    gone, new = [p for p in pairs if p.is_gone], [p for p in pairs if p.is_new]
    found: list[Rename] = []

    def of_one_path(gone: Sequence[Pair], new: Sequence[Pair]) -> Iterator[Rename]:
        for old in gone:
            for pair in new:
                if old.kind == pair.kind and made_by.get(old) == made_by.get(pair, ""):
                    yield Rename(old, pair, Way.RENAMED, (old.name, pair.name))

    for rule in (_next_versions, _moved, _replaced, of_one_path, _substituted):
        taken = {id(half) for rename in found for half in (rename.gone, rename.new)}
        left = [p for p in gone if id(p) not in taken]
        right = [p for p in new if id(p) not in taken]
        found += _unique(rule(left, right))
    return found


def _unique(candidates: Iterable[Rename]) -> Iterator[Rename]:
    """Yield the candidates that share no half with another one."""
    candidates = list(candidates)
    for each in candidates:
        rivals = [c for c in candidates if c.gone is each.gone or c.new is each.new]
        if len(rivals) == 1:
            yield each


def _stem(pair: Pair) -> str:
    match = _HASHED.fullmatch(pair.name)
    return match[1] if match else ""


def _next_versions(gone: Sequence[Pair], new: Sequence[Pair]) -> Iterator[Rename]:
    for old in gone:
        for pair in new:
            if _stem(old) and (old.kind, old.namespace, _stem(old)) == (
                pair.kind,
                pair.namespace,
                _stem(pair),
            ):
                yield Rename(old, pair, Way.NEXT_VERSION, (old.name, pair.name))


def _moved(gone: Sequence[Pair], new: Sequence[Pair]) -> Iterator[Rename]:
    for old in gone:
        for pair in new:
            if (old.kind, old.name) == (pair.kind, pair.name):
                yield Rename(old, pair, Way.MOVED, (old.namespace, pair.namespace))


def _replaced(gone: Sequence[Pair], new: Sequence[Pair]) -> Iterator[Rename]:
    for old in gone:
        for pair in new:
            same_place = (old.namespace, old.name) == (pair.namespace, pair.name)
            if same_place and {old.kind, pair.kind} <= _WORKLOADS:
                yield Rename(old, pair, Way.REPLACED, (old.kind, pair.kind))


def _substituted(gone: Sequence[Pair], new: Sequence[Pair]) -> Iterator[Rename]:
    for old in gone:
        for pair in new:
            if old.kind != pair.kind:
                continue
            words = _word(old.name, pair.name)
            if words and explains(words, old.before, pair.after) >= 1 - _MOST_UNEXPLAINED:
                yield Rename(old, pair, Way.RENAMED, words)


def _word(old: str, new: str) -> tuple[str, str] | None:
    """Return what differs between two names, in whole words; None if nothing is in common."""
    left, right = old.split("-"), new.split("-")
    if len(left) == len(right):
        # One word that is in a name twice is one word.
        differ = {pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]}
        if len(differ) == 1:
            return differ.pop()
    while len(left) > 1 and len(right) > 1 and left[0] == right[0]:
        left, right = left[1:], right[1:]
    while len(left) > 1 and len(right) > 1 and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    return ("-".join(left), "-".join(right)) if left != right else None


def explains(words: tuple[str, str], before: Json, after: Json) -> float:
    """Return the share of the fields that stay, or become others by the words."""
    leaves = dict(_leaves(before))
    others = dict(_leaves(after))
    pattern = re.compile(rf"(?<![A-Za-z0-9]){re.escape(words[0])}(?![A-Za-z0-9])")
    explained = 0
    for path, value in leaves.items():
        candidates = {path, pattern.sub(words[1], path)}
        values = {value, pattern.sub(words[1], value)}
        explained += any(others.get(each) in values for each in candidates)
    return explained / max(len(leaves), len(others), 1)


def followers(pairs: Iterable[Pair], renamed: Iterable[Rename]) -> dict[Pair, tuple[str, str]]:
    """Return the objects that keep their name and change by the words of a rename alone."""
    words = {each.words for each in renamed if each.way in {Way.RENAMED, Way.MOVED}}
    kept = [pair for pair in pairs if pair.before is not None and pair.after is not None]
    return {
        pair: each
        for each in sorted(words)
        for pair in kept
        if explains(each, _unsummed(pair.before), _unsummed(pair.after)) == 1
    }


def _unsummed(node: Json) -> Json:
    """Return a part of an object without checksums, which follow what they sum."""
    if isinstance(node, dict):
        members = node.items()
        return {k: _unsummed(v) for k, v in members if not k.startswith("checksum/")}
    return [_unsummed(each) for each in node] if isinstance(node, list) else node


def _leaves(node: Json, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, f"{path}.{index}")
    elif path != ".metadata.name":
        yield path, str(node)


def loses_claims(rename: Rename) -> str:
    """Return why the data of a renamed object is not read any more; empty if it is."""
    if rename.way is Way.NEXT_VERSION:
        return ""
    if rename.gone.kind == "PersistentVolumeClaim":
        return f"it is a new and empty claim; the data stays in {rename.gone}"
    claims = mappings(rename.gone.was, "spec", "volumeClaimTemplates")
    if not claims:
        return _loses_named_claims(rename)
    named = field(claims[0], "metadata", "name", default="")
    replicas = field(rename.gone.was, "spec", "replicas", default=1)
    numbers = f"0…{replicas - 1}" if replicas > 1 else "0"
    there = f"the data stays in {named}-{rename.gone.name}-{numbers} of {rename.gone.namespace}"
    if mappings(rename.new.now, "spec", "volumeClaimTemplates"):
        return f"it starts with empty claims; {there}"
    return f"its pods have no claims; {there}"


def _loses_named_claims(rename: Rename) -> str:
    """Return which claim a workload that moves leaves behind."""
    workload = workload_of(rename.gone.was)
    if workload is None or rename.gone.namespace == rename.new.namespace:
        return ""
    for volume in mappings(workload.pod, "volumes"):
        claim = field(volume, "persistentVolumeClaim", "claimName", default="")
        if claim:
            return f"claims are of one namespace; the data stays in {rename.gone.namespace}/{claim}"
    return ""


def images(pair: Pair) -> set[str]:
    """Return what the pods of a workload run, without versions."""
    workload = workload_of(pair.manifest)
    if workload is None:
        return set()
    found = (field(each, "image", default="") for each in workload.all_containers)
    return {image.partition("@")[0].rpartition(":")[0] or image for image in found}
