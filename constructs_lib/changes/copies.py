"""How many pods there are at least, and how many a drain leaves: autoscalers and budgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import Manifest, field, mapping
from constructs_lib.manifests.platform import Platform, namespace_of
from constructs_lib.manifests.pod_counts import fewest, scaled
from constructs_lib.manifests.workloads import WorkloadManifest

AUTOSCALER = "HorizontalPodAutoscaler.autoscaling"
_BUDGET = "PodDisruptionBudget.policy"


def copies(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what an autoscaler or a budget takes from the pods of a workload."""
    if pair.kind == AUTOSCALER:
        yield from _autoscaler(pair, comparison)
        yield from _stuck(pair)
        yield from _scales_nobody(pair, comparison)
        yield from _rivals(pair, comparison)
    if pair.kind == _BUDGET:
        yield from _budget(pair, comparison)
        yield from _other_budgets(pair, comparison)


def _autoscaler(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    target = pair.below("spec.scaleTargetRef")
    if target:
        why = "another workload is scaled; the former keeps the pods that it has"
        yield Finding(Verdict.WEAKENS, "target", why, target)
    for name, what in (("minReplicas", "at least"), ("maxReplicas", "at most")):
        now = field(pair.now, "spec", name, default=1)
        if pair.is_new:
            few = _replicas(pair, comparison)
            if name == "minReplicas" and few is not None and now < few:
                why = f"{what} {now} instead of {few} pods"
                yield Finding(Verdict.WEAKENS, "fewer-copies", why)
        for change in pair.below(f"spec.{name}"):
            if now < field(pair.was, "spec", name, default=1):
                why = f"{what} {now or 'no'} instead of {change.before} pods"
                if not now:
                    why += "; refused before Kubernetes 1.37"
                yield Finding(Verdict.WEAKENS, "fewer-copies", why, (change,))


def _scales_nobody(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield the target that a new autoscaler names and no file has, where the files have others."""
    target = mapping(pair.now, "spec", "scaleTargetRef")
    there = {
        each.name
        for each in comparison.after.workloads
        if (each.namespace, each.kind) == (pair.namespace, target.get("kind"))
    }
    if pair.is_new and there and target.get("name") not in there:
        why = f"there is no {target.get('kind')} {target.get('name')} in any file: it scales nobody"
        conditional = Certainty.CONDITIONAL
        yield Finding(Verdict.WEAKENS, "target", why, certainty=conditional)


def _stuck(pair: Pair) -> Iterator[Finding]:
    was, now = (
        field(node, "spec", "behavior", "scaleUp", "selectPolicy", default="Max")
        for node in (pair.was, pair.now)
    )
    if now == "Disabled" != was:
        why = "it adds no pods any more, whatever they are asked"
        yield Finding(Verdict.WEAKENS, "no-growth", why, pair.below("spec.behavior"))


def _rivals(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield the other autoscalers of a workload, of which there was none before."""
    target = mapping(pair.now, "spec", "scaleTargetRef")
    if not pair.is_new and not pair.below("spec.scaleTargetRef"):
        return
    for other in comparison.after.of_kind(AUTOSCALER, namespace=pair.namespace):
        name = field(other, "metadata", "name", default="")
        same = mapping(other, "spec", "scaleTargetRef")
        if name != pair.name and (same.get("kind"), same.get("name")) == (
            target.get("kind"),
            target.get("name"),
        ):
            why = f"HorizontalPodAutoscaler {name} scales the same pods: they take turns undoing"
            yield Finding(Verdict.WEAKENS, "rivals", why, pair.below("spec.scaleTargetRef"))


def _replicas(pair: Pair, comparison: Comparison) -> int | None:
    """Return the pods of the target as it was; None if it was autoscaled or is not known.

    A number that vanishes with the autoscaler is the workload's own matter.
    """
    target = mapping(pair.now, "spec", "scaleTargetRef")
    for workload in comparison.before.workloads:
        found = (workload.kind, workload.name, workload.namespace)
        if found == (target.get("kind"), target.get("name"), pair.namespace):
            own = comparison.pair_of(workload.manifest)
            if own is not None and own.below("spec.replicas"):
                return None
            return fewest(comparison.before, workload)
    return None


def _budget(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    changed = pair.below("spec")
    was, now = _matched(comparison.before, pair.was), _matched(comparison.after, pair.now)
    if not pair.is_new:
        for workload in was:
            if workload.path not in {each.path for each in now}:
                why = f"nothing limits how many pods of {workload.path} a drain takes at once"
                yield Finding(Verdict.WEAKENS, "budget", why, changed)
    if not now:
        yield from _unmatched(pair)
    for workload in now:
        pods = fewest(comparison.after, workload)
        left = _disruptions(pair.now, pods)
        before = None if pair.is_new else _disruptions(pair.was, pods)
        if pods and left <= 0 and (before is None or before > 0):
            why = (
                f"{pods} of {pods} pods of {workload.path} must stay: no drain of a node ever ends"
            )
            yield Finding(Verdict.WEAKENS, "blocks-drains", why, changed)
        elif before is not None and left > max(before, 0):
            why = (
                f"a drain takes {left} instead of {max(before, 0)} pods of {workload.path} at once"
            )
            yield Finding(Verdict.WEAKENS, "budget", why, changed)


def _other_budgets(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield the pods that another budget has as well, which none did before."""
    if not pair.is_new and not pair.below("spec.selector"):
        return
    own = {each.path for each in _matched(comparison.after, pair.now)}
    for other in comparison.after.of_kind(_BUDGET, namespace=pair.namespace):
        both = own & {each.path for each in _matched(comparison.after, other)}
        name = field(other, "metadata", "name", default="")
        if name != pair.name and both:
            why = (
                f"PodDisruptionBudget {name} has pods of {min(both)} as well: no pod under two "
                "budgets can be evicted"
            )
            yield Finding(Verdict.WEAKENS, "rivals", why, pair.below("spec.selector"))


def _unmatched(pair: Pair) -> Iterator[Finding]:
    changed = pair.below("spec.minAvailable", "spec.maxUnavailable")
    if changed:
        why = (
            "how many pods a drain may take changes, and no workload in the files says of how many"
        )
        yield Finding(Verdict.WEAKENS, "budget", why, changed)


def _matched(platform: Platform, budget: Manifest) -> list[WorkloadManifest]:
    if not budget:
        return []
    found = platform.pods(namespace_of(budget), mapping(budget, "spec", "selector"))
    return [workload for workload in found if workload.kind not in {"Job", "CronJob"}]


def _disruptions(budget: dict[str, Any], pods: int) -> int:
    """Return how many pods may be away at once."""
    spec = mapping(budget, "spec")
    if "minAvailable" in spec:
        return pods - scaled(spec["minAvailable"], pods)
    return scaled(spec["maxUnavailable"], pods) if "maxUnavailable" in spec else pods
