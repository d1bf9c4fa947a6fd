"""Objects that are in the files no more: what they do as long as they live, what goes with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from constructs_lib.changes.addresses import WRITTEN, written
from constructs_lib.changes.claims import keeps_volumes
from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.configuration import reading_secret
from constructs_lib.changes.copies import AUTOSCALER
from constructs_lib.changes.custom_fields import stored_by
from constructs_lib.changes.custom_kinds import GOES
from constructs_lib.changes.custom_resources import DEFINITION
from constructs_lib.changes.effects import is_known
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import type_of_object
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.changes.webhooks import WEBHOOKS
from constructs_lib.manifests.fields import field, mapping, mappings

_ESCALATES = (Verdict.ESCALATES, "it refuses nothing any more")
# What an object of Kubernetes did for others, by its kind.
_DID: Mapping[str, tuple[Verdict, str]] = {
    **GOES,
    "APIService.apiregistration.k8s.io": (Verdict.CUTS_OFF, "its group is not served any more"),
    "ValidatingAdmissionPolicy.admissionregistration.k8s.io": _ESCALATES,
    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": _ESCALATES,
    **dict.fromkeys(WEBHOOKS, _ESCALATES),
}
_BACKUP = re.compile("backup|dump|velero", re.IGNORECASE)
_RUN = "CronJob.batch"
_CLASS = "IngressClass.networking.k8s.io"
# Where each of these names the Secret that goes with it.
_MAKES_A_SECRET = {
    "ExternalSecret.external-secrets.io": ("spec", "target", "name"),
    "SealedSecret.bitnami.com": ("spec", "template", "metadata", "name"),
}
_WORKLOADS = (
    "CronJob ",
    "DaemonSet ",
    "Deployment ",
    "Job ",
    "Pod ",
    "ReplicaSet ",
    "StatefulSet ",
)
_GOES_ON = {
    "ClusterRole": "its rights stay",
    "ClusterRoleBinding": "it still grants",
    "ConfigMap": "nobody updates it",
    "CronJob": "it goes on running",
    "DaemonSet": "its pods run on",
    "Deployment": "its pods run on",
    "HorizontalPodAutoscaler": "it goes on scaling",
    "Ingress": "it still leads in",
    "Job": "it stays until somebody deletes it",
    "LimitRange": "it still limits",
    "NetworkPolicy": "it still allows and denies",
    "PersistentVolumeClaim": "its volume stays",
    "PodDisruptionBudget": "it still holds up drains",
    "ResourceQuota": "it still limits",
    "Role": "its rights stay",
    "RoleBinding": "it still grants",
    "Secret": "whoever may read it still does",
    "Service": "it still answers",
    "StatefulSet": "its pods run on",
    "ValidatingAdmissionPolicyBinding": "it still refuses",
}


def vanished(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what becomes of an object that is in the files no more."""
    if not comparison.deletes(pair):
        effect = _GOES_ON.get(pair.kind.partition(".")[0], "it lives on")
        why = f"{effect}; it is in no file any more"
        remedy = f"kubectl delete {_reference(pair)}"
        yield Finding(Verdict.LEFT_BEHIND, "left-behind", why, (), remedy)
        return
    yield from _ungoverned(pair, comparison)
    lost = "; ".join(_lost(pair, comparison))
    if lost:
        certain = Certainty.CONDITIONAL if "unless" in lost else Certainty.CERTAIN
        yield Finding(Verdict.LOSES_DATA, "deleted", lost, certainty=certain)
    else:
        yield Finding(Verdict.DELETES, "deleted", "it is deleted")


def _ungoverned(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what an object that is deleted no longer guards or cares for."""
    if pair.kind in _DID:
        verdict, why = _DID[pair.kind]
        yield Finding(verdict, "did", why)
    elif pair.kind in WRITTEN and written(pair.was):
        yield Finding(Verdict.CUTS_OFF, "addresses", "no address is left to call")
    elif pair.kind == _CLASS and _is_class_of_any(pair, comparison):
        why = "no controller serves the Ingresses that name it"
        yield Finding(Verdict.CUTS_OFF, "class", why)
    elif _BACKUP.search(pair.kind) or (pair.kind == _RUN and _BACKUP.search(pair.name)):
        why = "judged by its name: nothing is backed up any more"
        yield Finding(Verdict.WEAKENS, "backup", why, certainty=Certainty.ASSUMED)
    elif pair.kind in _MAKES_A_SECRET or pair.kind == "Secret":
        yield from _secret_gone(pair, comparison)
    elif pair.kind == "Service" and comparison.after.pods(
        pair.namespace, {"matchLabels": mapping(pair.was, "spec", "selector")}
    ):
        why = "its name is gone: whoever calls it finds nobody"
        yield Finding(Verdict.CUTS_OFF, "service", why)
    elif pair.kind == "PodDisruptionBudget.policy" and comparison.after.pods(
        pair.namespace, mapping(pair.was, "spec", "selector")
    ):
        why = "a drain may take all of its pods at once"
        yield Finding(Verdict.WEAKENS, "budget", why)
    elif pair.kind == AUTOSCALER and comparison.after.has(*_target(pair)):
        why = "nobody scales its pods any more; there are as many as there are now"
        yield Finding(Verdict.WEAKENS, "autoscaler", why)
    elif type_of_object(pair.was) is None and pair.kind != DEFINITION and not is_known(pair):
        why = "what its controller made of it may go with it"
        yield Finding(Verdict.UNKNOWN, "custom", why, certainty=Certainty.ASSUMED)


def _is_class_of_any(pair: Pair, comparison: Comparison) -> bool:
    names = (
        field(ingress, "spec", "ingressClassName", default="")
        for ingress in comparison.after.of_kind("Ingress.networking.k8s.io")
    )
    return pair.name in names


def _secret_gone(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield who goes without a Secret: itself, or one that goes with what made it."""
    path = _MAKES_A_SECRET.get(pair.kind, ())
    name = field(pair.was, *path, default=pair.name) if path else pair.name
    readers = sorted(reading_secret(pair, name, comparison))
    # Pods that need it are told of where states are asked.
    if pair.kind == "Secret":
        readers = [each for each in readers if not each.startswith(_WORKLOADS)]
    if readers:
        why = f"Secret {name} goes, and {readers[0]} reads it"
        yield Finding(Verdict.CUTS_OFF, "secret", why)


def _target(pair: Pair) -> tuple[str, str, str]:
    target = mapping(pair.was, "spec", "scaleTargetRef")
    group = field(target, "apiVersion", default="").rpartition("/")[0]
    kind = ".".join(filter(None, (field(target, "kind", default=""), group)))
    return kind, pair.namespace, field(target, "name", default="")


def _lost(pair: Pair, comparison: Comparison) -> Iterator[str]:
    match pair.kind:
        case "Namespace":
            yield "everything in it goes, claims as well"
        case "VolumeSnapshot.snapshot.storage.k8s.io":
            named = field(pair.was, "spec", "volumeSnapshotClassName", default="")
            found = comparison.after.get("VolumeSnapshotClass.snapshot.storage.k8s.io", "", named)
            if found is None:
                yield "what it holds goes with it, unless its class says Retain"
            elif found.get("deletionPolicy") != "Retain":
                yield "what it holds goes with it"
        case kind if kind == DEFINITION:
            yield "every object of this kind goes with it"
        case _:
            yield from _volumes_lost(pair, comparison)
            yield from stored_by(pair)


def _volumes_lost(pair: Pair, comparison: Comparison) -> Iterator[str]:
    spec = mapping(pair.was, "spec")
    match pair.kind:
        case "PersistentVolumeClaim":
            if not keeps_volumes(comparison.after, field(spec, "storageClassName", default="")):
                yield "its volume goes with it, unless its class or the volume says Retain"
        case "PersistentVolume":
            if spec.get("persistentVolumeReclaimPolicy") == "Delete":
                yield "its disk goes with it, unless Kubernetes is older than 1.33"
        case "StatefulSet.apps":
            policy = mapping(spec, "persistentVolumeClaimRetentionPolicy")
            if policy.get("whenDeleted") == "Delete" and mappings(spec, "volumeClaimTemplates"):
                yield "whenDeleted: Delete: its claims go with it"


def _reference(pair: Pair) -> str:
    name = f"{pair.kind.partition('.')[0].lower()}/{pair.name}"
    return f"--namespace={pair.namespace} {name}" if pair.namespace else name
