"""Where pods run: how they are spread, which nodes they ask for, and which take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings, strings
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.workloads import WorkloadManifest

_Spec = Mapping[str, Any]
_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
_SCHEDULER = "default-scheduler"
_TOPOLOGIES = (
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "kubernetes.io/hostname",
)


def placement(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    """Yield what another choice of nodes means for the pods of a workload."""
    gone = _spread(was) - _spread(now)
    for key in sorted(gone):
        why = f"all pods may come to lie in one {key.rpartition('/')[2]}"
        fields = touching(changed, "topologySpreadConstraints", "affinity")
        yield Finding(Verdict.WEAKENS, "spread", why, fields)
    scheduler = field(now.pod, "schedulerName", default=_SCHEDULER)
    if scheduler not in {_SCHEDULER, field(was.pod, "schedulerName", default=_SCHEDULER)}:
        why = f"pods wait for ever unless the scheduler {scheduler} runs"
        fields = touching(changed, "schedulerName")
        conditional = Certainty.CONDITIONAL
        yield Finding(Verdict.WEAKENS, "scheduler", why, fields, certainty=conditional)
    for key, (former, places) in sorted(_narrowed(was, now).items()):
        told = f"{', '.join(sorted(places))}" + (f" instead of {former}" if former else "")
        why = f"all pods run in the {key.rpartition('/')[2]} {told}"
        if now.runs_for_long and now.kind != "DaemonSet":
            fields = touching(changed, "nodeSelector", "affinity", "nodeName")
            yield Finding(Verdict.WEAKENS, "places", why, fields)
    if now.kind == "DaemonSet" and _asks_more_of_nodes(was.pod, now.pod):
        why = "nodes that do not fit any more have no pod of it"
    elif _chooses_nodes(was.pod) and _chooses_nodes(now.pod) and _tolerates_less(was.pod, now.pod):
        why = "nodes with a taint that it no longer tolerates take no new pod of it"
    else:
        return
    fields = touching(changed, "nodeSelector", "affinity", "tolerations")
    yield Finding(Verdict.WEAKENS, "nodes", why, fields, certainty=Certainty.CONDITIONAL)


def _asks_more_of_nodes(was: _Spec, now: _Spec) -> bool:
    required = mapping(now, *_REQUIRED)
    return (
        bool(mapping(now, "nodeSelector").items() - mapping(was, "nodeSelector").items())
        or (bool(required) and required != mapping(was, *_REQUIRED))
        or _tolerates_less(was, now)
    )


def _chooses_nodes(pod: _Spec) -> bool:
    return bool(mapping(pod, "nodeSelector") or mapping(pod, *_REQUIRED))


def _tolerates_less(was: _Spec, now: _Spec) -> bool:
    return not all(
        any(_covers(other, each) for other in mappings(now, "tolerations"))
        for each in mappings(was, "tolerations")
    )


def _covers(toleration: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether a toleration lets pods go wherever another one does."""
    exists = toleration.get("operator") == "Exists"
    same_key = toleration.get("key") == other.get("key")
    return (
        (same_key or (exists and not toleration.get("key")))
        and (exists or toleration.get("value") == other.get("value"))
        and toleration.get("effect") in {None, "", other.get("effect")}
    )


def _narrowed(
    was: WorkloadManifest, now: WorkloadManifest
) -> dict[str, tuple[str, frozenset[str]]]:
    """Return, by topology, in which places alone pods run now, and in which they did."""
    found = {}
    before = _places(was.pod)
    for key, places in _places(now.pod).items():
        former = before.get(key)
        if former is None or places < former:
            found[key] = (", ".join(sorted(former or ())), places)
    return found


def _places(pod: _Spec) -> dict[str, frozenset[str]]:
    """Return in which zones, regions or nodes alone pods may run."""
    found = {}
    terms = mappings(pod, *_REQUIRED, "nodeSelectorTerms")
    for key in _TOPOLOGIES:
        chosen = [_values(term, key) for term in terms]
        places = frozenset().union(*chosen) if chosen and all(chosen) else frozenset[str]()
        selected = field(pod, "nodeSelector", key, default="")
        if key.endswith("hostname"):
            selected = field(pod, "nodeName", default=selected)
        places = frozenset({selected}) if selected else places
        if places:
            found[key] = places
    return found


def _values(term: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(
        value
        for each in mappings(term, "matchExpressions")
        if each.get("key") == key and each.get("operator") == "In"
        for value in strings(each, "values")
    )


def _spread(workload: WorkloadManifest) -> set[str]:
    """Return the topologies over which pods must be spread, or at least are preferred to be."""
    keys: set[str] = set()

    def add(node: Mapping[str, Any], *, required: bool) -> None:
        key = field(node, "topologyKey", default="")
        # What must be spread is preferred to be as well.
        keys.update({key, f"required {key}"} if required else {key})

    def counts(node: Mapping[str, Any]) -> bool:
        return selects(mapping(node, "labelSelector"), workload.labels)

    for constraint in filter(counts, mappings(workload.pod, "topologySpreadConstraints")):
        add(constraint, required=constraint.get("whenUnsatisfiable") == "DoNotSchedule")
    anti = mapping(workload.pod, "affinity", "podAntiAffinity")
    for term in filter(counts, mappings(anti, "requiredDuringSchedulingIgnoredDuringExecution")):
        add(term, required=True)
    for term in mappings(anti, "preferredDuringSchedulingIgnoredDuringExecution"):
        add(mapping(term, "podAffinityTerm"), required=False)
    return keys


def touching(changed: tuple[FieldChange, ...], *words: str) -> tuple[FieldChange, ...]:
    """Return the changes whose path has one of some words in it; all if none has."""
    return tuple(each for each in changed if any(word in each.path for word in words)) or changed
