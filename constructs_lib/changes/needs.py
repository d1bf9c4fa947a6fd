"""What objects need that the files do not have: pods that never start, and namespaces too late."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Certainty, Deploys, Finding, Verdict
from constructs_lib.manifests.configuration_reads import config_maps_read, secrets_read
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.workloads import WorkloadManifest, workload_of

_READS = {"ConfigMap": config_maps_read, "Secret": secrets_read}
_NAMED = {
    "ServiceAccount": "serviceAccountName",
    "PriorityClass.scheduling.k8s.io": "priorityClassName",
    "RuntimeClass.node.k8s.io": "runtimeClassName",
}
_CLASSES = {
    "Ingress.networking.k8s.io": (
        "IngressClass.networking.k8s.io",
        "ingressClassName",
        "no controller serves it",
    ),
    "PersistentVolumeClaim": (
        "StorageClass.storage.k8s.io",
        "storageClassName",
        "its volume is never made",
    ),
}
_CONTENT = ("data", "binaryData", "stringData")


def needs(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what keeps the new pods of a workload from starting, and other objects from work."""
    yield from _classes(pair, comparison)
    now = workload_of(pair.now)
    if now is None:
        return
    was = workload_of(pair.was) if pair.was else None
    before = dict(_needed(was)) if was is not None else {}
    for (kind, name), keys in _needed(now):
        namespace = "" if "." in kind else now.namespace
        there = comparison.after.get(kind, namespace, name)
        known = {key for part in _CONTENT for key in mapping(there or {}, part)}
        missing = sorted(keys - known - before.get((kind, name), set()))
        if there is not None and missing:
            why = f"{kind} {now.namespace}/{name} has no {missing[0]}: no new pod starts"
            yield Finding(Verdict.CUTS_OFF, "key-missing", why, pair.below("spec"))
        elif (
            there is None
            and (kind, name) not in before
            and comparison.after.of_kind(kind, namespace=namespace)
        ):
            # Where the files have others of its kind, this one is not made by hand.
            named = "/".join(filter(None, (namespace, name)))
            why = f"{kind.partition('.')[0]} {named} is in no file: no new pod starts without it"
            finding = Finding(Verdict.WEAKENS, "missing", why, pair.below("spec"))
            yield finding._replace(certainty=Certainty.CONDITIONAL)


def _classes(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield the class that an object names and no file has, where the files have others."""
    if pair.kind not in _CLASSES:
        return
    kind, member, what = _CLASSES[pair.kind]
    name = field(pair.now, "spec", member, default="")
    known = comparison.after.of_kind(kind)
    same = name == field(pair.was, "spec", member, default="")
    if name and known and not same and not comparison.after.get(kind, "", name):
        why = f"{kind.partition('.')[0]} {name} is in no file: {what}"
        finding = Finding(Verdict.WEAKENS, "missing", why, pair.below(f"spec.{member}"))
        yield finding._replace(certainty=Certainty.CONDITIONAL)


def _needed(workload: WorkloadManifest) -> Iterator[tuple[tuple[str, str], set[str]]]:
    """Yield the objects that pods wait for, with the keys of them."""
    found: dict[tuple[str, str], set[str]] = {}
    for kind, reads in _READS.items():
        for read in reads(workload):
            if not read.optional:
                found.setdefault((kind, read.name), set()).update(read.keys)
    for volume in mappings(workload.pod, "volumes"):
        claim = field(volume, "persistentVolumeClaim", "claimName", default="")
        if claim:
            found.setdefault(("PersistentVolumeClaim", claim), set())
    for kind, member in _NAMED.items():
        name = field(workload.pod, member, default="default")
        if name != "default" and not name.startswith("system-"):
            found[kind, name] = set()
    yield from found.items()


def too_late(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the objects that are written before the namespace which they are in.

    Files are applied in their order, and what GitOps applies in another one is its own matter.
    """
    if comparison.deploys is Deploys.GITOPS:
        return
    new = {pair.name for pair in comparison.pairs if pair.is_new and pair.kind == "Namespace"}
    for pair in comparison.pairs:
        if pair.kind == "Namespace":
            new.discard(pair.name)
        elif pair.is_new and pair.namespace in new:
            why = f"namespace {pair.namespace} is not there yet: it is written after this object"
            remedy = "write the namespace first, or apply twice"
            yield pair, Finding(Verdict.REFUSED, "namespace", why, (), remedy)
