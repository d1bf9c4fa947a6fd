"""Volumes and the classes of volumes and snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.claims import claim_changes
from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.custom_resources import definition_changes
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import type_of_object
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.manifests.fields import mapping

# What keeps an object that is in the files no more, by who prunes.
_KEEPERS = {
    "argocd.argoproj.io/sync-options": "Prune=false",
    "helm.sh/resource-policy": "keep",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}
_STORE_SOMETHING = frozenset(
    {
        "CustomResourceDefinition.apiextensions.k8s.io",
        "Namespace",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Secret",
    }
)


def storage(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what a change means for what is stored."""
    yield from _kept(pair)
    match pair.kind:
        case "PersistentVolumeClaim":
            yield from claim_changes(pair, comparison.before)
        case "CustomResourceDefinition.apiextensions.k8s.io":
            yield from definition_changes(pair, comparison.before)
        case "PersistentVolume":
            yield from _volume(pair)
            yield from _claimed(pair)
        case "VolumeSnapshotClass.snapshot.storage.k8s.io":
            yield from _snapshots(pair, "deletionPolicy", "snapshots that are taken from now on")
        case "VolumeSnapshotContent.snapshot.storage.k8s.io":
            yield from _snapshots(pair, "spec.deletionPolicy", "the snapshot")
        case "StorageClass.storage.k8s.io":
            yield from _storage_class(pair)


def _kept(pair: Pair) -> Iterator[Finding]:
    """Yield that nothing keeps an object any more from whoever prunes it."""
    was, now = (mapping(node, "metadata", "annotations") for node in (pair.was, pair.now))
    for name, word in _KEEPERS.items():
        if word in str(was.get(name, "")) and word not in str(now.get(name, "")):
            stores = pair.kind in _STORE_SOMETHING or type_of_object(pair.now) is None
            verdict = Verdict.LOSES_DATA if stores else Verdict.LATER
            why = "nothing goes now; whoever prunes deletes it once it is in no file any more"
            yield Finding(verdict, "kept", why, pair.below(f"metadata.annotations.{name}"))


def _volume(pair: Pair) -> Iterator[Finding]:
    for change in pair.below("spec.persistentVolumeReclaimPolicy"):
        if change.after != "Retain":
            why = "nothing goes now; the disk goes with its claim"
            yield Finding(Verdict.LOSES_DATA, "reclaim-policy", why, (change,))
        else:
            why = "the disk stays when its claim goes"
            yield Finding(Verdict.LATER, "reclaim-policy", why, (change,))


def _claimed(pair: Pair) -> Iterator[Finding]:
    changed = pair.below("spec.claimRef")
    was, now = mapping(pair.was, "spec", "claimRef"), mapping(pair.now, "spec", "claimRef")
    if was and (now.get("namespace"), now.get("name")) != (was.get("namespace"), was.get("name")):
        why = f"claim {was.get('namespace')}/{was.get('name')} loses it; what is stored goes to "
        why += f"{now.get('namespace')}/{now.get('name')}" if now else "whatever claim asks first"
        yield Finding(Verdict.LOSES_DATA, "claimed", why, changed)
    elif changed:
        why = f"only {now.get('namespace')}/{now.get('name')} may claim it"
        yield Finding(Verdict.LATER, "claimed", why, changed)


def _snapshots(pair: Pair, policy: str, what: str) -> Iterator[Finding]:
    for change in pair.below(policy):
        if change.after == "Delete":
            why = f"{what}: gone as soon as its object is deleted"
            yield Finding(Verdict.LOSES_DATA, "deletion-policy", why, (change,))
        else:
            why = f"{what}: kept when its object is deleted"
            yield Finding(Verdict.LATER, "deletion-policy", why, (change,))


def _storage_class(pair: Pair) -> Iterator[Finding]:
    topologies = pair.below("allowedTopologies")
    if topologies and pair.now.get("allowedTopologies"):
        why = "new volumes are made in some places only, and their pods run there"
        yield Finding(Verdict.WEAKENS, "topologies", why, topologies)
    if topologies:
        why = "holds for volumes that are made from now on"
        yield Finding(Verdict.LATER, "topologies", why, topologies)
