"""Which pods answer behind the ports of Services, before, during and after a rollout."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import ObjectKey, Pair
from constructs_lib.changes.services import told
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.manifests.backend_refs import backends_of
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings
from constructs_lib.manifests.invariants.routes import backends_exist
from constructs_lib.manifests.platform import Platform, describe, name_of, namespace_of
from constructs_lib.manifests.pod_counts import fewest
from constructs_lib.manifests.workloads import WorkloadManifest

_SERVICE = "Service"
# A port of a Service, and which workloads answer behind it.
ServedPort = tuple[int, str]
Endpoints = dict[ServedPort, set[str]]


def endpoints(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the Services that lose the pods behind them, for ever or during a rollout."""
    for service in comparison.before.of_kind(_SERVICE):
        name, namespace = name_of(service), namespace_of(service)
        later = comparison.after.get(_SERVICE, namespace, name)
        if later is not None:
            yield from _lost(comparison, service, later)
    yield from _backends(comparison)


def _lost(
    comparison: Comparison, service: Manifest, later: Manifest
) -> Iterator[tuple[Pair, Finding]]:
    own = comparison.pair_of(service)
    changed = {w.path for w in comparison.after.workloads if comparison.pair_of(w.manifest)}
    gone = {w.path for w in comparison.before.workloads if comparison.pair_of(w.manifest)}
    before = _behind(comparison.before, service)
    if own is None and not any(changed & ends | gone & ends for ends in before.values()):
        return
    first, last = _behind(comparison.before, later), _behind(comparison.after, later)
    name = describe(service)
    for port, ends in before.items():
        if not ends or port not in last:
            continue
        at_once, finally_ = first.get(port, set()), last[port]
        if not finally_:
            culprit = own if own and not at_once else _culprit(comparison, ends)
            if culprit:
                why = f"no pod answers port {told(port)} of {name} any more"
                yield culprit, _cut(culprit, why)
        elif own and not at_once and finally_ & changed:
            why = (
                f"the pods that run do not answer port {told(port)}: they drop out at once, long "
                "before new ones are ready"
            )
            remedy = (
                "let the Service ask for the number of the port, or roll out pods with both ports "
                "first"
            )
            yield own, _cut(own, why, remedy)
        elif (
            own
            and finally_ != ends
            and mapping(own.was, "spec").get("selector") != mapping(own.now, "spec").get("selector")
        ):
            continue


def _cut(pair: Pair, why: str, remedy: str = "") -> Finding:
    fields = pair.below("spec.ports", "spec.selector") if pair.kind == _SERVICE else ()
    fields = fields or pair.below("spec.template.metadata.labels", "spec.template.spec.containers")
    return Finding(Verdict.CUTS_OFF, "endpoints", why, fields, remedy)


def _culprit(comparison: Comparison, ends: set[str]) -> Pair | None:
    for workload in comparison.before.workloads:
        pair = comparison.pair_of(workload.manifest)
        if workload.path in ends and pair is not None:
            return pair
    return None


def _behind(platform: Platform, service: Manifest) -> Endpoints:
    """Return the workloads that answer behind each port of a Service."""
    selector = mapping(service, "spec", "selector")
    found: Endpoints = {}
    if not selector:
        return found
    pods = platform.pods(namespace_of(service), {"matchLabels": selector})
    for port in mappings(service, "spec", "ports"):
        target = port.get("targetPort", port.get("port"))
        protocol = field(port, "protocol", default="TCP")
        found[field(port, "port", default=0), protocol] = {
            workload.path for workload in pods if _answers(workload, target, protocol)
        }
    return found


def _answers(workload: WorkloadManifest, target: object, protocol: str) -> bool:
    declared = [port for port in workload.ports if port.protocol == protocol]
    if isinstance(target, str):
        return any(port.name == target for port in declared)
    # A container may listen where it declares nothing, but not where it declares something else.
    return not declared or any(port.number == target for port in declared)


def selectors(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what another selector of a Service means."""
    changed = pair.below("spec.selector")
    if pair.kind != _SERVICE or not changed:
        return
    was = _pods(comparison.before, pair.was)
    now = _pods(comparison.after, pair.now)
    few, fewer = _copies(comparison.before, was), _copies(comparison.after, now)
    named = ", ".join(workload.path for workload in now)
    if was and not mapping(pair.now, "spec").get("selector"):
        why = "nobody keeps its endpoints any more: those that are there lead to pods that end"
        yield Finding(Verdict.CUTS_OFF, "selector", why, changed)
    elif was and now and fewer < few:
        why = f"all new connections go to {named}, {fewer} instead of {few} pods"
        yield Finding(Verdict.WEAKENS, "selector", why, changed)
    elif (was or not mapping(pair.was, "spec", "selector")) and (
        [each.path for each in was] == [each.path for each in now]
        and not any(comparison.pair_of(each.manifest) for each in now)
    ):
        return
    elif now or not was:
        whom = f" go to {named}" if named else " go elsewhere"
        why = f"all new connections{whom} at once; open ones stay"
        yield Finding(Verdict.LATER, "selector", why, changed)


def _pods(platform: Platform, service: Manifest) -> list[WorkloadManifest]:
    selector = mapping(service, "spec", "selector")
    return platform.pods(namespace_of(service), {"matchLabels": selector}) if selector else []


def _copies(platform: Platform, workloads: list[WorkloadManifest]) -> int:
    return sum(fewest(platform, workload) for workload in workloads)


def _backends(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the routes whose backend goes."""
    before = {(describe(route), message) for route, message in backends_exist(comparison.before)}
    broken = {name for name, _ in before}
    for route, message in backends_exist(comparison.after):
        name = describe(route)
        if name in broken or not comparison.before.has(*ObjectKey.of(route)):
            continue
        for backend in backends_of(comparison.after):
            if describe(backend.route) == name and backend.service in message:
                service = ObjectKey((_SERVICE, backend.namespace, backend.service))
                culprit = comparison.by_identity.get(service) or comparison.pair_of(route)
                if culprit:
                    why = f"{name} leads nowhere: {message}"
                    yield (
                        culprit,
                        Finding(Verdict.CUTS_OFF, "backend", why, culprit.below("spec.ports")),
                    )
                break
