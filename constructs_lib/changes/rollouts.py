"""Workloads: which pods are replaced and when, how many there are, what is suspended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.pod_counts import autoscaler_of, fewest, scaled
from constructs_lib.manifests.workloads import workload_of

_WORKLOADS = frozenset({"Deployment.apps", "ReplicaSet.apps", "StatefulSet.apps", "DaemonSet.apps"})
_RETENTION = "spec.persistentVolumeClaimRetentionPolicy"


def rollouts(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what an update of a workload means for its pods."""
    if pair.kind == "Job.batch":
        yield from _job(pair)
    if pair.kind == "ReplicationController":
        yield from _controlled(pair)
    if pair.kind not in _WORKLOADS:
        return
    yield from _restarts(pair)
    yield from _strategy(pair)
    yield from _replicas(pair, comparison)
    yield from _other_numbers(pair)


def _controlled(pair: Pair) -> Iterator[Finding]:
    for replicas in pair.below("spec.replicas"):
        if _number(replicas.after) < _number(replicas.before):
            why = f"{replicas.after} instead of {replicas.before} pods"
            verdict = Verdict.WEAKENS if replicas.after else Verdict.CUTS_OFF
            yield Finding(verdict, "fewer-copies", why, (replicas,))


def new_selectors(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield the workload with which a new one shares its pods, since both select them."""
    now = workload_of(pair.now)
    if now is None or not now.selector:
        return
    for other in comparison.after.workloads:
        own = comparison.pair_of(other.manifest)
        stays = own is None or not (own.is_gone or own is pair)
        both = selects(now.selector, other.labels) and selects(other.selector, now.labels)
        if stays and both and other.selector and other.namespace == now.namespace:
            why = f"it selects the pods of {other.kind} {other.path}, which selects its own as well"
            yield Finding(Verdict.WEAKENS, "selectors", why)


def _job(pair: Pair) -> Iterator[Finding]:
    for suspend in pair.below("spec.suspend"):
        if suspend.after:
            yield Finding(Verdict.WEAKENS, "suspended", "its pods end", (suspend,))
        else:
            yield Finding(Verdict.LATER, "resumed", "its pods start", (suspend,))
    for parallelism in pair.below("spec.parallelism"):
        if mapping(pair.now, "spec").get("parallelism") == 0:
            yield Finding(Verdict.WEAKENS, "suspended", "its pods end", (parallelism,))
    template = pair.below("spec.template")
    if template:
        why = "it waits, and its pods will be made so"
        yield Finding(Verdict.LATER, "template", why, template)


def _restarts(pair: Pair) -> Iterator[Finding]:
    spec = mapping(pair.now, "spec")
    template = pair.below("spec.template")
    waits = _waits(pair, spec)
    for paused in pair.below("spec.paused"):
        if not paused.after:
            why = "what waited while it was paused is rolled out"
            yield Finding(Verdict.RESTARTS, "resumed", why, (paused,))
        elif not template:
            yield Finding(Verdict.LATER, "paused", "new templates wait", (paused,))
    if not template:
        return
    if waits:
        yield Finding(Verdict.LATER, "rollout-waits", f"{waits}: nothing restarts now", template)
    else:
        yield Finding(Verdict.RESTARTS, "template", _how(pair, spec, template), template)
    if mappings(spec, "volumeClaimTemplates"):
        for image in template:
            was, now = _major(image.before), _major(image.after)
            if image.path.endswith(".image") and was and now and was != now:
                why = f"version {now} finds what {was} stored; whether it reads that is not known"
                yield Finding(
                    Verdict.UNKNOWN, "major-version", why, (image,), certainty=Certainty.ASSUMED
                )


def _major(image: object) -> str:
    """Return the first number of a tag; empty if there is none."""
    tag = str(image).partition("@")[0].rpartition("/")[2].partition(":")[2]
    match = re.match(r"v?(\d+)\.\d", tag)
    return match[1] if match else ""


def _waits(pair: Pair, spec: dict[str, Any]) -> str:
    strategy = mapping(spec, "updateStrategy")
    replicas = field(spec, "replicas", default=1)
    partition = field(strategy, "rollingUpdate", "partition", default=0)
    if pair.kind == "ReplicaSet.apps":
        return "a ReplicaSet makes only new pods so"
    if spec.get("paused"):
        return "it is paused"
    if strategy.get("type") == "OnDelete":
        return "its strategy is OnDelete"
    if pair.kind == "StatefulSet.apps" and partition and partition >= replicas:
        return f"its partition {partition} is above all of its pods"
    return "" if replicas or pair.kind == "DaemonSet.apps" else "it has no pods"


def _how(pair: Pair, spec: dict[str, Any], template: tuple[FieldChange, ...]) -> str:
    what = ""
    if all(_only_ordered(each) for each in template):
        what = "; a list in another order is another template"
    if pair.kind == "StatefulSet.apps":
        return f"pods are replaced one after another, the highest number first{what}"
    if pair.kind == "DaemonSet.apps":
        return f"pods are replaced node by node{what}"
    if field(spec, "strategy", "type", default="") == "Recreate":
        return f"all pods end before new ones start{what}"
    numbers = mapping(spec, "strategy", "rollingUpdate")
    return (
        f"pods are replaced, {numbers.get('maxSurge')} more and {numbers.get('maxUnavailable')} "
        f"fewer at a time{what}"
    )


def _only_ordered(change: FieldChange) -> bool:
    both = (change.before, change.after)
    return all(isinstance(each, list) for each in both) and (
        sorted(map(str, change.before)) == sorted(map(str, change.after))
    )


def _strategy(pair: Pair) -> Iterator[Finding]:
    changed = pair.below("spec.strategy", "spec.updateStrategy")
    if not changed:
        return
    if _waits_for_its_own_port(pair.now) and not _waits_for_its_own_port(pair.was):
        why = "a new pod waits for the port of its node that the old one has: no rollout ends"
        yield Finding(Verdict.WEAKENS, "surge", why, changed)
    elif _all_end_first(pair.now) and not _all_end_first(pair.was):
        why = "from the next rollout on, all pods end before new ones start"
        yield Finding(Verdict.WEAKENS, "recreate", why, changed)
    elif _partition(pair.now) < _partition(pair.was):
        why = "pods of lower numbers become what those above them are, if that is another version"
        conditional = Certainty.CONDITIONAL
        yield Finding(Verdict.RESTARTS, "partition", why, changed, certainty=conditional)
    else:
        why = "counts from the next rollout on; no pod is replaced"
        yield Finding(Verdict.LATER, "strategy", why, changed)


def _waits_for_its_own_port(workload: dict[str, Any]) -> bool:
    spec = mapping(workload, "spec")
    surge = field(spec, "updateStrategy", "rollingUpdate", "maxSurge", default=0)
    containers = mappings(spec, "template", "spec", "containers")
    ports = [port for container in containers for port in mappings(container, "ports")]
    return surge not in {0, "0%"} and any("hostPort" in port for port in ports)


def _partition(workload: dict[str, Any]) -> int:
    return field(workload, "spec", "updateStrategy", "rollingUpdate", "partition", default=0)


def _all_end_first(workload: dict[str, Any]) -> bool:
    spec = mapping(workload, "spec")
    strategy = mapping(spec, "strategy") or mapping(spec, "updateStrategy")
    away = mapping(strategy, "rollingUpdate").get("maxUnavailable", 0)
    pods = field(spec, "replicas", default=0)
    if isinstance(away, int):
        return strategy.get("type") == "Recreate" or 0 < pods <= away
    return scaled(away, 100) >= 100


def _replicas(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    was, now = workload_of(pair.was), workload_of(pair.now)
    if was is None or now is None:
        return
    few, fewer = fewest(comparison.before, was), fewest(comparison.after, now)
    replicas = pair.below("spec.replicas")
    written, lives = _written(pair, "replicas"), autoscaler_of(comparison.after, now)
    if replicas and lives is not None and written is not None:
        why = f"HorizontalPodAutoscaler {field(lives, 'metadata', 'name', default='')} overrules it"
        yield Finding(Verdict.IGNORED, "autoscaled", why, replicas)
    elif replicas and written is None and _number(replicas[0].before) > 1:
        why = (
            "a field that was applied and vanishes is removed, and its default is 1: the other "
            "pods end before an autoscaler acts"
        )
        remedy = "let the last apply before leave it out with `kubectl apply edit-last-applied`"
        yield Finding(Verdict.WEAKENS, "replicas-removed", why, replicas, remedy)
    elif replicas and fewer < few:
        if fewer:
            why = f"{fewer} instead of {few} pods"
            yield Finding(Verdict.WEAKENS, "fewer-copies", why, replicas)
        else:
            yield Finding(Verdict.CUTS_OFF, "no-copies", "no pods are left", replicas)
        yield from _scaled_claims(pair, replicas, few, fewer)
    for change in pair.below(_RETENTION):
        if change.after == "Delete":
            why = (
                "claims go when it is deleted"
                if change.path.endswith("Deleted")
                else ("claims of the highest numbers go when it is scaled down")
            )
            yield Finding(Verdict.LOSES_DATA, "claims-go", f"{why}: nothing now", (change,))


def _scaled_claims(
    pair: Pair, replicas: tuple[FieldChange, ...], few: int, fewer: int
) -> Iterator[Finding]:
    spec = mapping(pair.now, "spec")
    if not mappings(spec, "volumeClaimTemplates"):
        return
    policy = mapping(spec, "persistentVolumeClaimRetentionPolicy")
    if policy.get("whenScaled") == "Delete":
        why = f"whenScaled: Delete: the claims of {few - fewer} pods go with them"
        yield Finding(Verdict.LOSES_DATA, "claims-go", why, replicas)


def _other_numbers(pair: Pair) -> Iterator[Finding]:
    first = [field(each, "spec", "ordinals", "start", default=0) for each in (pair.was, pair.now)]
    if first[0] == first[1]:
        return
    numbers = pair.below("spec.ordinals")
    why = "pods of other numbers are made, those of the old go"
    yield Finding(Verdict.RESTARTS, "ordinals", why, numbers)
    templates = mappings(pair.now, "spec", "volumeClaimTemplates")
    if templates:
        named = field(templates[0], "metadata", "name", default="")
        why = f"pods of other numbers start with claims of their own; the data stays in {named}-"
        yield Finding(Verdict.LOSES_DATA, "ordinals", f"{why}{pair.name}-…", numbers)


def _written(pair: Pair, name: str) -> object:
    return mapping(pair.after, "spec").get(name)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
