"""Objects that are in the files no more: what they do as long as they live, what goes with them."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.claims import CLAIM, keeps_volumes
from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.custom_resources import DEFINITION
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import field, mappings

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
    lost = "; ".join(_lost(pair, comparison))
    if lost:
        certain = Certainty.CERTAIN if pair.kind != CLAIM else Certainty.CONDITIONAL
        yield Finding(Verdict.LOSES_DATA, "deleted", lost, certainty=certain)
    else:
        yield Finding(Verdict.DELETES, "deleted", "it is deleted")


def _lost(pair: Pair, comparison: Comparison) -> Iterator[str]:
    match pair.kind:
        case "Namespace":
            yield "everything in it goes, claims as well"
        case "PersistentVolumeClaim":
            if not keeps_volumes(
                comparison.after, field(pair.was, "spec", "storageClassName", default="")
            ):
                yield "its volume goes with it, unless its class or the volume says Retain"
        case "StatefulSet.apps":
            policy = "persistentVolumeClaimRetentionPolicy"
            goes = field(pair.was, "spec", policy, "whenDeleted", default="") == "Delete"
            if goes and mappings(pair.was, "spec", "volumeClaimTemplates"):
                yield "whenDeleted: Delete: its claims go with it"
        case kind if kind == DEFINITION:
            yield "every object of this kind goes with it"


def _reference(pair: Pair) -> str:
    name = f"{pair.kind.partition('.')[0].lower()}/{pair.name}"
    return f"--namespace={pair.namespace} {name}" if pair.namespace else name
