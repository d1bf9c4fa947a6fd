"""Which changes the API server refuses: fields that may not change, and objects that are not valid.

The fields are a table, which is made by mutating an object of each kind and asking Kubernetes' own
code of three versions (tests/changes/mutations.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from constructs_lib.changes.claims import SIZE
from constructs_lib.changes.custom_resources import custom_resource_is_refused, custom_values
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.transitions import REFUSED_OF_KIND, free_while_suspended
from constructs_lib.changes.values import wrong_values
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict
from constructs_lib.changes.versions import VERSIONS, Versions, refused_by_older, refuses
from constructs_lib.manifests.fields import mapping
from constructs_lib.manifests.invariants import (
    limit_ranges,
    objects,
    resources,
    selectors,
    services,
)
from constructs_lib.manifests.invariants.references import volume_mounts_have_a_volume
from constructs_lib.manifests.platform import Platform

# What these find, the API server answers with an error.
_REJECTED = (
    objects.names_are_valid,
    objects.labels_are_valid,
    limit_ranges.limit_ranges_are_ordered,
    resources.requests_are_within_limits,
    selectors.selectors_match_own_pods,
    services.service_ports_are_distinct,
    volume_mounts_have_a_volume,
)
_HOWS = {(False, True): "set", (True, False): "unset"}
_REMEDIES = {
    "ConfigMap": "give it another name, and refer to that",
    "DaemonSet.apps": "delete it with `--cascade=orphan`, then apply: pods of the old selector "
    "stay until somebody deletes them",
    "Deployment.apps": "make another one under a new name, move the traffic, delete the old one",
    "Job.batch": "give it another name, or delete the old one first",
    "PersistentVolumeClaim": "make another claim and copy what is in it",
    "RoleBinding.rbac.authorization.k8s.io": "delete it first: its rights are gone in between",
    "ClusterRoleBinding.rbac.authorization.k8s.io": "delete it first: its rights are gone in "
    "between",
    "Secret": "delete it first, or give it another name",
    "StatefulSet.apps": "delete it with `--cascade=orphan`, change its claims by hand, apply",
    "StorageClass.storage.k8s.io": "give the new class another name; claims keep the class that "
    "they have",
}


# Claims keep their class, whatever becomes of what made them.
_OF_ANOTHER_CLASS = {
    "StatefulSet.apps": "make another one beside it with the other class, and move the data; this "
    "one, deleted and created again, takes its old claims",
}


def refusals(pair: Pair, world: Platform, versions: Versions = VERSIONS) -> Iterator[Finding]:
    """Yield why the API server refuses an object that is created or updated.

    Args:
        pair: the object.
        world: what lives beside it.
        versions: those of Kubernetes; the newest judges.
    """
    if pair.is_gone:
        return
    if pair.undecodable:
        error = pair.undecodable
        yield _refused("decoding", error.message, (FieldChange(error.path, None, None),))
        return
    for message in _invalid(pair):
        yield _refused("invalid", message, pair.fields)
    yield from custom_values(pair, world)
    if pair.is_new:
        return
    special = REFUSED_OF_KIND.get(pair.kind)
    if special:
        yield from special(pair, world)
    else:
        yield from custom_resource_is_refused(pair, world)
    for row, changed in _immutable(pair, versions.newest):
        yield _refused(f"immutable/{row['path']}", row["message"], changed, _remedy(pair, changed))
    yield from refused_by_older(pair, versions.newest)


def _refused(rule: str, why: str, fields: tuple[FieldChange, ...], remedy: str = "") -> Finding:
    return Finding(Verdict.REFUSED, rule, why, fields, remedy)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, list[dict[str, Any]]]:
    rows = json.loads(Path(__file__).with_name("refused.json").read_text())
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        kinds.setdefault(row["kind"], []).append(row)
    return kinds


def by_the_oldest(pair: Pair, versions: Versions) -> Iterator[Finding]:
    """Yield what the oldest of some versions refuses of a change that the newest takes."""
    judged = [row["path"] for row, _ in _immutable(pair, versions.newest)]
    for row, changed in _immutable(pair, versions.oldest):
        if row["path"] not in judged:
            why = (
                f"refused by Kubernetes {versions.told_oldest}, and taken by {versions.told_newest}"
            )
            yield Finding(Verdict.LATER, "version", why, changed)


def _immutable(
    pair: Pair, version: tuple[int, int]
) -> Iterator[tuple[Mapping[str, Any], tuple[FieldChange, ...]]]:
    """Yield the rows of a version that refuse a change, with the fields."""
    for row in _table().get(pair.kind.partition(".")[0], ()):
        if row.get("immutable") and not pair.was.get("immutable"):
            continue
        path = row["path"]
        changed = tuple(
            each
            for each in pair.below(path)
            if each.path[len(path) :][:1] in {"", ".", "["}
            and _how(each) not in row["free"]
            and not _is_exempt(pair, each)
        )
        if changed and refuses(row, version):
            yield row, changed


def _remedy(pair: Pair, changed: tuple[FieldChange, ...]) -> str:
    remedy = _REMEDIES.get(pair.kind, "")
    if any(each.path.endswith("storageClassName") for each in changed):
        return _OF_ANOTHER_CLASS.get(pair.kind, remedy)
    return remedy


def _how(change: FieldChange) -> str:
    return _HOWS.get((change.before is not None, change.after is not None), "changed")


def _is_exempt(pair: Pair, change: FieldChange) -> bool:
    """Tell whether a field may change because of what the others say."""
    was, now = mapping(pair.was, "spec"), mapping(pair.now, "spec")
    match pair.kind, change.path:
        case "Job.batch", "spec.completions":
            return now.get("completionMode") == "Indexed" and (
                now.get("completions") == now.get("parallelism")
            )
        case "Job.batch", path:
            return free_while_suspended(pair, path)
        case "Service", _:
            # A name outside of the cluster has no address, so there is none to keep.
            return "ExternalName" in (was.get("type"), now.get("type")) or (
                was.get("type") != now.get("type") and change.path == "spec.loadBalancerClass"
            )
        case "PersistentVolumeClaim", path:
            return path in {SIZE, "spec.volumeAttributesClassName"}
    return False


def _invalid(pair: Pair) -> Iterator[str]:
    def problems(node: dict[str, Any]) -> list[str]:
        if not node:
            return []
        one = Platform([node])
        rejected = [message for invariant in _REJECTED for _, message in invariant(one)]
        return [*rejected, *wrong_values(node)]

    found = problems(pair.now)
    before = problems(pair.was) if found else []
    yield from (message for message in found if message not in before)
