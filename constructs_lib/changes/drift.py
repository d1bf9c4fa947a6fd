"""What somebody else set on an object that lives, and no file says: an apply leaves it."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.decoding import DecodingError
from constructs_lib.changes.differences import differences
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.storing import stored
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict

# What is written for people and by them; controllers have the rest of an object to themselves.
_OURS = ("spec.", "data.", "rules", "subjects", "roleRef", "metadata.labels.")
# Of these a controller, the API server or whoever claims them writes parts of the spec.
_THEIRS = {
    "ClusterRole.rbac.authorization.k8s.io": ("rules",),
    "CustomResourceDefinition.apiextensions.k8s.io": ("spec.conversion", "spec.names"),
    "Job.batch": ("spec.selector", "spec.template.metadata", "metadata.labels"),
    "Namespace": ("spec",),
    "PersistentVolume": ("spec.claimRef",),
    "PersistentVolumeClaim": ("spec.volumeName", "spec.storageClassName", "spec.dataSource"),
    "Pod": ("spec",),
    "Service": (
        *("spec.clusterIP", "spec.ipFamil", "spec.healthCheckNodePort", "spec.ports"),
        "spec.loadBalancerIP",
    ),
}
_BY_AN_AUTOSCALER = "spec.replicas"


def drift(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield the fields that live and that neither the last apply nor this one says."""
    if pair.known is None:
        return
    try:
        written = stored(pair.after or {})
    except DecodingError:
        return
    theirs = _THEIRS.get(pair.kind, ())
    kept = tuple(
        FieldChange(each.path, None, each.after)
        for each in differences(written, pair.now)
        if each.before is None
        and each.path.startswith(_OURS)
        and each.path != _BY_AN_AUTOSCALER
        and not each.path.startswith(theirs)
    )
    if kept:
        why = "somebody set it on what lives; it is in no file, and the apply leaves it"
        remedy = "write it into the manifest, or take it away by hand"
        yield Finding(Verdict.IGNORED, "drift", why, kept, remedy)
