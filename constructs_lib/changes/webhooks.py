"""Webhooks: which requests the API server asks others about, and what if they are away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.platform import Platform, describe

WEBHOOKS = (
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
    "MutatingWebhookConfiguration.admissionregistration.k8s.io",
)
MAY_NOT_START = "what runs today may not start tomorrow"
_WITHOUT_EFFECT_NOW = ("clientConfig", "admissionReviewVersions", "reinvocationPolicy")


def webhooks(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what a change of webhooks, or of the labels by which they are asked, means."""
    if pair.kind == "Namespace":
        yield from _of_namespace(pair, comparison.after)
    if pair.kind not in WEBHOOKS:
        return
    changed = pair.below("webhooks")
    failing = tuple(each for each in changed if each.path.endswith("failurePolicy"))
    yield from failure_policy(failing)
    was, now = _by_name(pair.was), _by_name(pair.now)
    rest = tuple(each for each in changed if each not in failing)
    if was.keys() - now.keys():
        why = f"{', '.join(sorted(was.keys() - now.keys()))} is asked no more"
        yield Finding(Verdict.ESCALATES, "webhook", why, rest)
    elif rest and all(_member(each) in _WITHOUT_EFFECT_NOW for each in rest):
        yield Finding(Verdict.LATER, "webhook", "another server, or another authority", rest)
    elif rest and all(_member(each) == "timeoutSeconds" for each in rest):
        yield from _timeouts(rest)
    elif rest and any(holds_for_less(was[name], now[name]) for name in was):
        yield Finding(Verdict.ESCALATES, "webhook", "it is asked about less", rest)
    elif rest:
        why = f"what it is asked for changes: {MAY_NOT_START}"
        yield Finding(Verdict.WEAKENS, "admission", why, rest, certainty=Certainty.CONDITIONAL)
        yield Finding(Verdict.LATER, "admission", "holds for what is written next", rest)


def new_webhooks(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what a new webhook may refuse."""
    fails = sorted(name for name, each in _by_name(pair.now).items() if _fails(each))
    if pair.kind in WEBHOOKS and fails:
        why = f"while the server of {fails[0]} is away, what it is asked about is refused"
        conditional = Certainty.CONDITIONAL
        yield Finding(Verdict.WEAKENS, "failure-policy", why, certainty=conditional)


def failure_policy(failing: tuple[FieldChange, ...]) -> Iterator[Finding]:
    """Yield what it means that what a guard cannot judge is refused, or is not."""
    for change in failing:
        if change.after == "Ignore":
            why = "what it cannot judge is let through"
            yield Finding(Verdict.ESCALATES, "failure-policy", why, (change,))
        else:
            why = "what it cannot judge is refused, also while it is away"
            yield Finding(Verdict.WEAKENS, "failure-policy", why, (change,))


def holds_for_less(was: Json, now: Json) -> bool:
    """Tell whether conditions, exceptions or selectors came to what a guard is asked about."""
    grown = any(
        len(mappings(now, name)) > len(mappings(was, name))
        for name in ("matchConditions", "excludeResourceRules")
    )
    shrunk = any(
        _asked(was, name) - _asked(now, name) and not _asked(now, name) - _asked(was, name)
        for name in ("resourceRules", "rules")
    )
    selected = any(
        mapping(now, name) and not mapping(was, name)
        for name in ("namespaceSelector", "objectSelector")
    )
    exact = now.get("matchPolicy") == "Exact" and was.get("matchPolicy") != "Exact"
    return grown or shrunk or selected or exact


def _asked(node: Json, name: str) -> set[tuple[str, ...]]:
    """Return each thing that rules are about: operation, group, version, resource and scope."""
    parts = ("operations", "apiGroups", "apiVersions", "resources")
    return {
        (*each, str(rule.get("scope", "*")))
        for rule in mappings(node, name)
        for each in product(*(strings(rule, part) for part in parts))
    }


def _timeouts(changed: tuple[FieldChange, ...]) -> Iterator[Finding]:
    if any(each.after < each.before for each in changed):
        why = "a server that answers later than that counts as away"
        conditional = Certainty.CONDITIONAL
        yield Finding(Verdict.WEAKENS, "timeout", why, changed, certainty=conditional)
    yield Finding(Verdict.LATER, "timeout", "how long a request waits for its answer", changed)


def _of_namespace(pair: Pair, world: Platform) -> Iterator[Finding]:
    """Yield the webhooks that are asked about a namespace now, or no longer."""
    changed = pair.below("metadata.labels")
    was, now = (mapping(node, "metadata", "labels") for node in (pair.was, pair.now))
    for configuration in world.of_kind(*WEBHOOKS) if changed else ():
        for name, each in _by_name(configuration).items():
            selector = mapping(each, "namespaceSelector")
            before, after = selects(selector, was), selects(selector, now)
            told = f"{name} of {describe(configuration)}"
            if before and not after:
                why = f"{told} is asked no more about what is written here"
                yield Finding(Verdict.ESCALATES, "webhook", why, changed)
            elif after and not before:
                why = f"{told} is asked about what is written here: {MAY_NOT_START}"
                yield Finding(
                    Verdict.WEAKENS, "webhook", why, changed, certainty=Certainty.CONDITIONAL
                )
                why = "holds for what is written next"
                yield Finding(Verdict.LATER, "webhook", why, changed)


def _by_name(configuration: Manifest) -> dict[str, Json]:
    return {field(each, "name", default=""): each for each in mappings(configuration, "webhooks")}


def _fails(webhook: Json) -> bool:
    return field(webhook, "failurePolicy", default="Fail") == "Fail"


def _member(change: FieldChange) -> str:
    """Return the field of a webhook that a change is at or below."""
    return change.path.partition("].")[2].partition(".")[0].partition("[")[0]
