"""Guards: what the API server turns away, and whom it trusts."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.changes.webhooks import MAY_NOT_START, failure_policy, holds_for_less
from constructs_lib.manifests.fields import field, mapping, mappings, strings

_ENFORCE = "metadata.labels.pod-security.kubernetes.io/enforce"
_LEVELS = ("privileged", "baseline", "restricted")
_POLICY = "ValidatingAdmissionPolicy.admissionregistration.k8s.io"
_BINDING = "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io"


def guards(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what a guard refuses less than before, or more."""
    if pair.kind == "Namespace":
        yield from _pod_security(pair)
    if pair.kind == _BINDING:
        yield from _binding(pair)
    if pair.kind == _POLICY:
        yield from _policy(pair)
    if pair.kind == "LimitRange":
        yield from _defaults(pair)
    if pair.kind == "APIService.apiregistration.k8s.io":
        yield from _api_service(pair)


def _pod_security(pair: Pair) -> Iterator[Finding]:
    for change in pair.below(_ENFORCE):
        if change.path == f"{_ENFORCE}-version":
            yield _of_version(change)
        if change.path != _ENFORCE:
            continue
        was, now = change.before or "privileged", change.after or "privileged"
        if was in _LEVELS and now in _LEVELS and _LEVELS.index(now) < _LEVELS.index(was):
            why = f"{now} pods may start here"
            if not change.after:
                why = "no level is the one of the cluster, privileged unless it says otherwise"
            yield Finding(Verdict.ESCALATES, "pod-security", why, (change,))
        elif was != now:
            why = f"pods that are not {now} do not start any more"
            yield Finding(Verdict.LATER, "pod-security", why, (change,))


def _of_version(change: FieldChange) -> Finding:
    was, now = (_minor(each) for each in (change.before, change.after))
    if now < was:
        why = f"the level is that of {change.after}, which lets more pods start"
        return Finding(Verdict.ESCALATES, "pod-security", why, (change,))
    why = "the level is that of a later version: pods that it does not know start no more"
    return Finding(Verdict.LATER, "pod-security", why, (change,))


def _minor(version: object) -> int:
    """Return the second number of a version; that of the latest is above all."""
    number = str(version or "latest").rpartition(".")[2]
    return int(number) if number.isdecimal() else sys.maxsize


def _binding(pair: Pair) -> Iterator[Finding]:
    actions = pair.below("spec.validationActions")
    was = set(strings(pair.was, "spec", "validationActions"))
    now = set(strings(pair.now, "spec", "validationActions"))
    if actions and "Deny" in was - now:
        yield Finding(Verdict.ESCALATES, "admission", "it no longer refuses", actions)
    elif actions and "Deny" in now - was:
        yield Finding(Verdict.WEAKENS, "admission", f"it refuses: {MAY_NOT_START}", actions)
        yield Finding(Verdict.LATER, "admission", "holds for what is written next", actions)
    elif actions:
        why = "it warns or records otherwise, and refuses as before"
        yield Finding(Verdict.LATER, "admission", why, actions)
    missing = pair.below("spec.paramRef.parameterNotFoundAction")
    for change in missing:
        yield _without_parameters(change)
    others = tuple(each for each in pair.below("spec") if each not in (*actions, *missing))
    scope = "spec", "matchResources"
    if others and holds_for_less(mapping(pair.was, *scope), mapping(pair.now, *scope)):
        yield Finding(Verdict.ESCALATES, "admission", "it holds for less", others)
    elif others:
        yield from _incomparable(others, "what it holds for cannot be compared in general")


def _without_parameters(change: FieldChange) -> Finding:
    if change.after == "Allow":
        why = "without its parameters it refuses nothing"
        return Finding(Verdict.ESCALATES, "admission", why, (change,))
    why = "without its parameters it refuses everything"
    return Finding(Verdict.WEAKENS, "admission", why, (change,))


def _policy(pair: Pair) -> Iterator[Finding]:
    failing = pair.below("spec.failurePolicy")
    rest = tuple(each for each in pair.below("spec") if each not in failing)
    yield from failure_policy(failing)
    was = [
        field(each, "expression", default="") for each in mappings(pair.was, "spec", "validations")
    ]
    now = [
        field(each, "expression", default="") for each in mappings(pair.now, "spec", "validations")
    ]
    if rest and set(now) < set(was):
        why = f"it no longer asks for {len(set(was) - set(now))} of {len(was)} conditions"
        yield Finding(Verdict.ESCALATES, "admission", why, rest)
    elif (
        rest
        and was == now
        and any(
            holds_for_less(mapping(pair.was, *at), mapping(pair.now, *at))
            for at in (("spec",), ("spec", "matchConstraints"))
        )
    ):
        yield Finding(Verdict.ESCALATES, "admission", "it holds for less", rest)
    elif rest and not (was == now and all("message" in each.path for each in rest)):
        yield from _incomparable(rest, "expressions cannot be compared in general")


def _incomparable(fields: Json, what: str) -> Iterator[Finding]:
    why = f"{what}: {MAY_NOT_START}"
    yield Finding(Verdict.WEAKENS, "admission", why, fields, certainty=Certainty.CONDITIONAL)
    yield Finding(Verdict.LATER, "admission", "holds for what is written next", fields)


def new_guards(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what a new guard may refuse."""
    certainty = Certainty.CONDITIONAL
    if pair.kind == _BINDING and "Deny" in strings(pair.now, "spec", "validationActions"):
        why = f"it refuses: {MAY_NOT_START}"
        yield Finding(Verdict.WEAKENS, "admission", why, certainty=certainty)


def _defaults(pair: Pair) -> Iterator[Finding]:
    changed = pair.below("spec.limits")
    if changed and _written_defaults(pair.before) != _written_defaults(pair.after):
        why = "holds for pods that start from now on and say nothing themselves"
        yield Finding(Verdict.LATER, "defaults", why, changed)


def _written_defaults(limits: Json) -> list[Json]:
    return [
        (each.get("default"), each.get("defaultRequest"))
        for each in mappings(limits or {}, "spec", "limits")
    ]


def _api_service(pair: Pair) -> Iterator[Finding]:
    insecure = pair.below("spec.insecureSkipTLSVerify")
    bundle = pair.below("spec.caBundle")
    if insecure and mapping(pair.now, "spec").get("insecureSkipTLSVerify"):
        why = "the API server no longer checks whom it talks to"
        yield Finding(Verdict.EXPOSES, "unverified", why, insecure + bundle)
    elif insecure or bundle:
        why = "the API server trusts another authority"
        yield Finding(Verdict.LATER, "authority", why, insecure + bundle)
