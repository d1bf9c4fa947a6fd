"""Changes of objects that the API server refuses for what their kind is, whatever the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from constructs_lib.changes.claims import claim_is_refused
from constructs_lib.changes.custom_resources import definition_is_refused
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import mapping, strings
from constructs_lib.manifests.platform import Platform

# All others but those of the table name one of two dozen sources.
_FREE_OF_A_VOLUME = (
    *("accessModes", "capacity", "claimRef", "csi", "mountOptions", "nodeAffinity"),
    *("persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName"),
    "volumeMode",
)
_IMAGE_OF_A_POD = re.compile(r"spec\.(?:initC|c)ontainers\[[^]]+\]\.image")
# Of a Job that never ran, the scheduler of its queue may still say these.
_FREE_WHILE_SUSPENDED = (
    *("spec.template.metadata.annotations", "spec.template.metadata.labels"),
    *("spec.template.spec.nodeSelector", "spec.template.spec.schedulingGates"),
    *("spec.template.spec.tolerations", "spec.template.spec.affinity.nodeAffinity"),
)
_FIXED_OF_A_JOB = (
    *("spec.backoffLimitPerIndex", "spec.podFailurePolicy", "spec.selector", "spec.successPolicy"),
)


def _refused(rule: str, why: str, fields: tuple[FieldChange, ...], remedy: str = "") -> Finding:
    return Finding(Verdict.REFUSED, rule, why, fields, remedy)


def free_while_suspended(pair: Pair, path: str) -> bool:
    """Tell whether a field of the pods of a Job may change because it waits."""
    waits = mapping(pair.was, "spec").get("suspend") and not mapping(pair.known, "status").get(
        "startTime"
    )
    return bool(waits) and path.startswith(_FREE_WHILE_SUSPENDED)


def _stateful_set(pair: Pair, _: Platform) -> Iterator[Finding]:
    strategy = mapping(pair.now, "spec", "updateStrategy")
    if strategy.get("type") == "OnDelete" and "rollingUpdate" in strategy:
        yield _refused(
            "stays",
            "the API server had filled in rollingUpdate, which no apply removes, and it is only "
            "allowed for updateStrategy 'RollingUpdate'",
            pair.below("spec.updateStrategy"),
            "write `type: RollingUpdate` without rollingUpdate in the manifest that is applied "
            "first, or replace the object",
        )


def _pod(pair: Pair, _: Platform) -> Iterator[Finding]:
    fixed = tuple(
        each
        for each in pair.below("spec")
        if not each.path.startswith(("spec.tolerations", "spec.activeDeadlineSeconds"))
        and not _IMAGE_OF_A_POD.fullmatch(each.path)
    )
    if fixed:
        why = "only images, tolerations and activeDeadlineSeconds of a pod may change"
        yield _refused("immutable/spec", why, fixed, "delete it first: it starts anew")


def _volume(pair: Pair, _: Platform) -> Iterator[Finding]:
    free = {f"spec.{name}" for name in _FREE_OF_A_VOLUME}
    source = tuple(
        each for each in pair.below("spec.") if ".".join(each.path.split(".")[:2]) not in free
    )
    if source:
        why = "the source of a volume is immutable after creation"
        yield _refused("immutable/source", why, source)


def _job(pair: Pair, _: Platform) -> Iterator[Finding]:
    fixed = pair.below(*_FIXED_OF_A_JOB)
    if fixed:
        remedy = "give it another name, or delete the old one first"
        yield _refused("immutable/spec", "field is immutable", fixed, remedy)


def _ends(pair: Pair, _: Platform) -> Iterator[Finding]:
    kind = pair.below("addressType")
    if kind:
        remedy = "make another one, and delete this one"
        yield _refused("immutable/addressType", "field is immutable", kind, remedy)


def _service(pair: Pair, _: Platform) -> Iterator[Finding]:
    was, now = (mapping(node, "spec") for node in (pair.was, pair.now))
    first = [strings(each, "ipFamilies")[:1] for each in (was, now)]
    has_addresses = "ExternalName" not in (was.get("type"), now.get("type"))
    if has_addresses and all(first) and first[0] != first[1]:
        why = f"the first family is {first[0][0]} for ever"
        remedy = "add the other one after it, or give the Service another name"
        fields = pair.below("spec.ipFamilies")
        yield _refused("immutable/spec.ipFamilies", why, fields, remedy)


def _snapshot(pair: Pair, _: Platform) -> Iterator[Finding]:
    source = pair.below("spec.source")
    if source:
        remedy = "make another one under a new name"
        yield _refused("immutable/spec.source", "its source is immutable", source, remedy)


REFUSED_OF_KIND: Mapping[str, Callable[[Pair, Platform], Iterator[Finding]]] = {
    "CustomResourceDefinition.apiextensions.k8s.io": definition_is_refused,
    "EndpointSlice.discovery.k8s.io": _ends,
    "Job.batch": _job,
    "PersistentVolumeClaim": claim_is_refused,
    "Pod": _pod,
    "PersistentVolume": _volume,
    "Service": _service,
    "StatefulSet.apps": _stateful_set,
    "VolumeSnapshot.snapshot.storage.k8s.io": _snapshot,
    "VolumeSnapshotContent.snapshot.storage.k8s.io": _snapshot,
}
"""By kind, what yields why a change of it is refused."""
