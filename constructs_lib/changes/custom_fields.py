"""What fields of custom resources mean by what they are called, where nothing else tells.

Operators call the same things by the same names, so that fewer instances, a guard that only warns
or a bucket that goes with its object are seen whoever reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.effects import is_known
from constructs_lib.changes.field_names import BY_NAME
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import Json, type_of_object
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings, walk
from constructs_lib.manifests.workloads import template_path

# The first of each lets the least through.
_STRICTNESS = (
    ("strict", "permissive", "disable"),
    ("enforce", "audit", "warn"),
    ("deny", "warn", "dryrun", "allow", "log"),
    ("fail", "ignore"),
    ("require", "prefer", "allow", "disable"),
)
# What a custom resource that stores something says, or is called, and kinds that deploy others.
_STORES = (
    "bucket|dataDisk|persistence|persistentVolumeClaim.*|storage.*|volumeClaimTemplates?|"
    "(data)?Volumes?"
)
_STORED = ".*(Bucket|Database|Instance|Queue|Snapshot|Table|Topic|Volume)"
_DEPLOYS = frozenset(
    {
        "Application.argoproj.io",
        "ApplicationSet.argoproj.io",
        "HelmRelease.helm.toolkit.fluxcd.io",
        "Kustomization.kustomize.toolkit.fluxcd.io",
    }
)
_RULES = "PrometheusRule.monitoring.coreos.com"
_KEEPS_OUT = "black|deny|denied|drop|exclu|forbid|ignore|reject"


def custom_fields(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what changes of a custom resource mean by the names of its fields."""
    if type_of_object(pair.now) is not None or is_known(pair):
        return
    # Pods are judged as those of any workload.
    of_pods = "spec.template" if template_path(pair.now) else "-"
    changed = (
        each
        for change in pair.below("spec")
        if not change.path.startswith(of_pods)
        for each in _with_members(change)
    )
    for change in changed:
        for verdict, why in _meanings(change):
            yield _assumed(verdict, why, change)
        if _lets_all(change):
            why = "judged by its value: * stands for all that there is"
            yield _assumed(Verdict.ESCALATES, why, change)
        if _asks_less(change.before, change.after):
            why = f"{change.after} lets more through than {change.before}, judged by these words"
            yield _assumed(Verdict.ESCALATES, why, change)
    if pair.kind == _RULES:
        for name in sorted(_alerts(pair.was) - _alerts(pair.now)):
            yield Finding(Verdict.WEAKENS, "alert", f"nobody is told of {name} any more")


def _meanings(change: FieldChange) -> Iterator[tuple[Verdict, str]]:
    name = re.sub(r"\[[^]]*\]", "", change.path).rpartition(".")[2]
    for called, is_so, verdict, why in BY_NAME:
        if re.fullmatch(called, name, re.IGNORECASE) and is_so(change.before, change.after):
            yield verdict, why


def new_custom_fields(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what a new custom resource opens by the names of its fields."""
    if type_of_object(pair.now) is not None or is_known(pair):
        return
    for change in _with_members(FieldChange("spec", None, pair.now.get("spec"))):
        for verdict, why in _meanings(change):
            if verdict in {Verdict.ESCALATES, Verdict.EXPOSES}:
                yield _assumed(verdict, why, change)._replace(fields=())


def _assumed(verdict: Verdict, why: str, change: FieldChange) -> Finding:
    return Finding(verdict, "by-name", why, (change,), certainty=Certainty.ASSUMED)


def _with_members(change: FieldChange) -> Iterator[FieldChange]:
    """Yield a change, and those of all below a field that comes or goes as a whole."""
    yield change
    if None in (change.before, change.after):
        is_new = change.before is None
        for path, value in walk(change.after if is_new else change.before):
            both = (None, value) if is_new else (value, None)
            if path:
                yield FieldChange(f"{change.path}.{path}", *both)


def stored_by(pair: Pair) -> Iterator[str]:
    """Yield what goes with a custom resource that is deleted, by what it says and is called."""
    if type_of_object(pair.was) is not None or is_known(pair):
        return
    names = {str(key) for _, node in walk(pair.was.get("spec")) for key in mapping(node)}
    if pair.kind in _DEPLOYS:
        yield "what it deployed goes with it, unless it says otherwise"
    elif re.fullmatch(_STORED, pair.kind.partition(".")[0]) or any(
        re.fullmatch(_STORES, name, re.IGNORECASE) for name in names
    ):
        yield "what it stores goes with it, unless its operator keeps it"


def _asks_less(was: Json, now: Json) -> bool:
    both = [str(each).lower() for each in (was, now)]
    return any(
        set(both) <= set(words) and words.index(both[0]) < words.index(both[1])
        for words in _STRICTNESS
    )


def _lets_all(change: FieldChange) -> bool:
    """Tell whether a list holds ``*`` anew, by itself or in a field of an item."""
    was, now = (
        {str(value) for _, value in walk(each) if not isinstance(value, dict | list)}
        for each in (change.before, change.after)
    )
    is_list = isinstance(change.after, list) or change.path.endswith("]")
    return is_list and "*" in now - was and not re.search(_KEEPS_OUT, change.path, re.IGNORECASE)


def _alerts(rules: Json) -> set[str]:
    return {
        field(rule, "alert", default="")
        for group in mappings(rules, "spec", "groups")
        for rule in mappings(group, "rules")
    } - {""}
