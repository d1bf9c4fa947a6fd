"""Room for pods: quotas, limits and levels that pods feel when they start, not while they run."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import ObjectKey, Pair
from constructs_lib.changes.verdicts import Deploys, Finding, Verdict
from constructs_lib.manifests.fields import Manifest, mapping, quantity
from constructs_lib.manifests.invariants import limit_ranges, pod_security, quotas
from constructs_lib.manifests.platform import Platform, describe, namespace_of
from constructs_lib.manifests.quota_demand import demand, full_name, plural

_QUOTA = "ResourceQuota"
_LIMITS = "LimitRange"
# Of these the API server counts objects that it creates at once, so it refuses the one too many.
_COUNTED = {
    "services": "Service",
    "services.loadbalancers": "Service",
    "services.nodeports": "Service",
    "configmaps": "ConfigMap",
    "secrets": "Secret",
}
# Of others it is their controller that is refused a pod, and tries again.
_MADE_AT_ONCE = frozenset({"Pod", "PersistentVolumeClaim"})
_NEXT_START = (
    (limit_ranges.pods_are_within_limit_ranges, _LIMITS),
    (limit_ranges.claims_are_within_limit_ranges, _LIMITS),
    (pod_security.pods_fit_the_level_of_their_namespace, "Namespace"),
    (quotas.quotas_find_what_they_count, _QUOTA),
)


class Shortage(NamedTuple):
    """What a quota lacks.

    Args:
        lacks: how much, zero or more.
        hard: the quota.
        needed: what may be needed at the worst moment.
    """

    lacks: Decimal
    hard: Decimal
    needed: Decimal


def room(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield what leaves pods that run without the room to start anew."""
    places = {pair.namespace or pair.name for pair in comparison.pairs}
    yield from _quotas(comparison, places)
    for invariant, kind in _NEXT_START:
        before = {(describe(node), message) for node, message in invariant(comparison.before)}
        for node, message in invariant(comparison.after):
            where = namespace_of(node)
            if (describe(node), message) in before or where not in places:
                continue
            pair = _limiting(comparison, kind, where) or comparison.pair_of(node)
            if pair is not None:
                runs = any(w.namespace == where for w in comparison.before.workloads)
                if pair.is_new and pair.kind in _MADE_AT_ONCE:
                    yield pair, Finding(Verdict.REFUSED, "admission", message)
                    continue
                stay = "pods that run stay, and are not made again" if runs else "no pod starts"
                why = f"{stay}: {describe(node)}: {message}"
                yield pair, Finding(Verdict.WEAKENS, "next-start", why, pair.fields)


def _limiting(comparison: Comparison, kind: str, namespace: str) -> Pair | None:
    for pair in comparison.accepted:
        if pair.kind == kind and namespace in {pair.namespace, pair.name}:
            return pair
    return None


def quota_shortages(platform: Platform, namespaces: set[str]) -> dict[tuple[str, str], Shortage]:
    """Return, by quota and resource, what the quotas of some namespaces lack."""
    found = {}
    for quota in platform.of_kind(_QUOTA):
        namespace = namespace_of(quota)
        if namespace not in namespaces:
            continue
        needed = demand(platform, namespace, quotas.counted(platform, quota))
        for resource, written in mapping(quota, "spec", "hard").items():
            need, hard = needed[full_name(resource)], quantity(written)
            lacks = max(need - hard, Decimal(0))
            found[describe(quota), resource] = Shortage(lacks, hard, need)
    return found


def _quotas(comparison: Comparison, places: set[str]) -> Iterator[tuple[Pair, Finding]]:
    before = quota_shortages(comparison.before, places)
    after = quota_shortages(comparison.after, places)
    quota_of = {describe(q): q for q in comparison.after.of_kind(_QUOTA)}
    for (name, resource), now in after.items():
        was = before.get((name, resource))
        if was and now.needed > was.hard:
            yield from _too_early(comparison, quota_of[name], resource, was.hard)
        if now.lacks <= (was.lacks if was else 0):
            continue
        quota = quota_of[name]
        own = comparison.pair_of(quota)
        lowered = own is not None and (was is None or now.hard < was.hard)
        told = quotas.written_as(resource, now.hard), quotas.written_as(resource, now.needed)
        excess = _last_of(comparison, resource, namespace_of(quota))
        if excess is not None and not lowered:
            why = f"{name} has room for {told[0]} of {resource}, and {told[1]} would be there"
            yield excess, Finding(Verdict.REFUSED, "quota", why, (), _remedy(comparison, excess))
            continue
        pair = own if lowered else _growing(comparison, namespace_of(quota))
        if pair is not None:
            subject = "" if pair is own else f"{name}: "
            why = (
                f"{subject}{resource} is {told[0]}, and {told[1]} may be needed: what runs stays, "
                "but the next rollout or restart finds no room"
            )
            fields = pair.below(f"spec.hard.{resource}") or pair.below("spec")
            yield pair, Finding(Verdict.WEAKENS, "quota", why, fields)


def _too_early(
    comparison: Comparison, quota: Manifest, resource: str, hard: Decimal
) -> Iterator[tuple[Pair, Finding]]:
    """Yield what takes more before the quota has it, since files are applied in their order."""
    own = comparison.pair_of(quota)
    excess = _last_of(comparison, resource, namespace_of(quota))
    if own is None or excess is None or comparison.deploys is Deploys.GITOPS:
        return
    if comparison.pairs.index(excess) < comparison.pairs.index(own):
        why = (
            f"{own} has room for {quotas.written_as(resource, hard)} of {resource} until it is "
            "raised, which is written after this"
        )
        yield excess, Finding(Verdict.REFUSED, "quota", why, (), "write the quota first")


def _last_of(comparison: Comparison, resource: str, namespace: str) -> Pair | None:
    """Return the last object that takes more at once, rather than by its pods."""
    created = [
        pair
        for pair in comparison.accepted
        if pair.namespace == namespace
        and _counts(pair, resource)
        and (pair.is_new or _taken(pair.now, resource) > _taken(pair.was, resource))
    ]
    if resource.startswith("services"):
        public = [p for p in created if mapping(p.now, "spec").get("type") == "LoadBalancer"]
        created = public or created
    return created[-1] if created else None


def _taken(manifest: Manifest, resource: str) -> Decimal:
    alone = Platform([manifest])
    return demand(alone, namespace_of(manifest), ())[full_name(resource)]


def _counts(pair: Pair, resource: str) -> bool:
    of_volumes = resource.endswith(("requests.storage", "persistentvolumeclaims"))
    if of_volumes or resource in _COUNTED:
        return pair.kind == _COUNTED.get(resource, "PersistentVolumeClaim")
    if resource.startswith("count/"):
        return resource == f"count/{plural(pair.kind)}"
    return pair.kind == "Pod"


def _remedy(comparison: Comparison, excess: Pair) -> str:
    """Return what would make room: the object that is gone and most like the one too many."""
    gone = [p for p in comparison.gone if (p.namespace, p.kind) == (excess.namespace, excess.kind)]
    kind = mapping(excess.now, "spec").get("type")
    gone.sort(key=lambda pair: mapping(pair.was, "spec").get("type") != kind)
    return f"delete {gone[0]} first, or raise the quota" if gone else "raise the quota first"


def _growing(comparison: Comparison, namespace: str) -> Pair | None:
    """Return the workload that needs more: the one that changes, otherwise one that is new."""
    there = [pair for pair in comparison.accepted if pair.namespace == namespace]
    growing = [
        pair
        for pair in there
        if pair.is_new or any(_is_about_room(each.path) for each in pair.fields)
    ]
    workloads = [pair for pair in growing if ObjectKey.of(pair.manifest) and _is_workload(pair)]
    chosen = workloads or growing
    return min(chosen, key=lambda pair: pair.is_new) if chosen else None


def _is_workload(pair: Pair) -> bool:
    return pair.kind.endswith((".apps", ".batch", ".autoscaling"))


def _is_about_room(path: str) -> bool:
    return any(word in path for word in ("resources", "eplicas", "maxSurge", "containers", "hard"))
