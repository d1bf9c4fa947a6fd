"""PersistentVolumeClaims: what of them may change, and what they lose."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings, quantity
from constructs_lib.manifests.platform import Platform

CLAIM = "PersistentVolumeClaim"
_CLASS = "StorageClass.storage.k8s.io"
SIZE = "spec.resources.requests.storage"


def claim_is_refused(pair: Pair, world: Platform) -> Iterator[Finding]:
    """Yield what the API server refuses of another size of a claim."""
    for size in pair.below(SIZE):
        if quantity(size.after) < quantity(size.before):
            yield Finding(Verdict.REFUSED, "claim-shrinks", "claims only grow", (size,))
        elif _grows(world, pair) is False:
            why = f"StorageClass {_class(pair)} does not allow expansion"
            yield Finding(Verdict.REFUSED, "claim-grows", why, (size,))
        elif _phase(pair) not in {"", "Bound"}:
            yield Finding(Verdict.REFUSED, "claim-grows", "only bound claims grow", (size,))
        elif not _phase(pair) and _waits_for_nobody(world, pair):
            why = "only bound claims grow, and its class binds none that no pod mounts"
            conditional = Certainty.CONDITIONAL
            yield Finding(Verdict.REFUSED, "claim-grows", why, (size,), certainty=conditional)
    source = pair.below("spec.dataSource", "spec.selector")
    if source:
        why = "spec is immutable after creation"
        remedy = "make another claim and copy what is in it"
        yield Finding(Verdict.REFUSED, "immutable/spec", why, source, remedy)
    for chosen in pair.below("spec.volumeName"):
        why = "only a claim that is not bound yet may choose its volume"
        conditional = Certainty.CONDITIONAL
        yield Finding(Verdict.REFUSED, "claim-bound", why, (chosen,), certainty=conditional)


def claim_changes(pair: Pair, world: Platform) -> Iterator[Finding]:
    """Yield what an accepted change of a claim means."""
    for size in pair.below(SIZE):
        bound = _phase(pair) == "Bound" and _grows(world, pair)
        yield Finding(
            Verdict.LATER,
            "claim-grows",
            "the volume grows, and its file system when a pod starts"
            + ("" if bound else "; refused if it is not bound, or if its class does not allow it"),
            (size,),
            certainty=Certainty.CERTAIN if bound else Certainty.CONDITIONAL,
        )


def keeps_volumes(world: Platform, storage_class: str) -> bool:
    """Tell whether a class keeps the volume of a claim that is deleted; no means: not surely."""
    found = world.get(_CLASS, "", storage_class)
    return found is not None and field(found, "reclaimPolicy", default="Delete") == "Retain"


def _waits_for_nobody(world: Platform, pair: Pair) -> bool:
    """Tell whether a claim waits for its first pod, and the files have none."""
    found = world.get(_CLASS, "", _class(pair))
    return (
        found is not None
        and field(found, "volumeBindingMode", default="") == "WaitForFirstConsumer"
        and not any(
            field(volume, "persistentVolumeClaim", "claimName", default="") == pair.name
            for workload in world.workloads
            if workload.namespace == pair.namespace
            for volume in mappings(workload.pod, "volumes")
        )
    )


def _class(pair: Pair) -> str:
    return field(pair.was, "spec", "storageClassName", default="")


def _phase(pair: Pair) -> str:
    return field(mapping(pair.known, "status"), "phase", default="")


def _grows(world: Platform, pair: Pair) -> bool | None:
    """Tell whether the class of a claim allows it to grow; None if its class is not known."""
    found = world.get(_CLASS, "", _class(pair))
    return None if found is None else field(found, "allowVolumeExpansion", default=False)
