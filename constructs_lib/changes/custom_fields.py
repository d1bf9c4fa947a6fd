"""What fields of custom resources mean by what they are called, where nothing else tells.

Operators call the same things by the same names, so that fewer instances, a guard that only warns
or a bucket that goes with its object are seen whoever reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.effects import is_known
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import Json, type_of_object
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings, walk

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
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_RULES = "PrometheusRule.monitoring.coreos.com"
_DELETES = frozenset({"delete", "destroy", "wipe"})


def custom_fields(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what changes of a custom resource mean by the names of its fields."""
    if type_of_object(pair.now) is not None or is_known(pair):
        return
    changed = (each for change in pair.below("spec") for each in _with_members(change))
    for change in changed:
        for verdict, why in _meanings(change):
            yield _assumed(verdict, why, change)
        if _asks_less(change.before, change.after):
            why = f"{change.after} lets more through than {change.before}, judged by these words"
            yield _assumed(Verdict.ESCALATES, why, change)
    if pair.kind == _RULES:
        for name in sorted(_alerts(pair.was) - _alerts(pair.now)):
            yield Finding(Verdict.WEAKENS, "alert", f"nobody is told of {name} any more")


def _meanings(change: FieldChange) -> Iterator[tuple[Verdict, str]]:
    name = re.sub(r"\[[^]]*\]", "", change.path).rpartition(".")[2]
    for called, is_so, verdict, why in _BY_NAME:
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


def _is_less(value: Json, other: Json) -> bool:
    numbers = all(isinstance(each, int) and not isinstance(each, bool) for each in (value, other))
    return numbers and value < other


def _asks_less(was: Json, now: Json) -> bool:
    both = [str(each).lower() for each in (was, now)]
    return any(
        set(both) <= set(words) and words.index(both[0]) < words.index(both[1])
        for words in _STRICTNESS
    )


def _alerts(rules: Json) -> set[str]:
    return {
        field(rule, "alert", default="")
        for group in mappings(rules, "spec", "groups")
        for rule in mappings(group, "rules")
    } - {""}


def _is_on(_: Json, now: Json) -> bool:
    return now is True


def _words(value: Json) -> set[str]:
    return set(map(str, value)) if isinstance(value, list) else {str(value)} - {"None"}


def _length(value: Json) -> float:
    """Return a time such as ``30d`` in seconds, or a number as it is; 0 for anything else."""
    match = re.fullmatch(r"(\d+)([smhdwy]?)", str(value))
    return int(match[1]) * _SECONDS[match[2]] if match else 0


def _goes(was: Json, now: Json) -> bool:
    return was not in (None, False) and now in (None, False)


def _deletes(_: Json, now: Json) -> bool:
    return str(now).lower() in _DELETES


_KEPT = "judged by its name: what is stored goes with its object"
# What a field is called, when it matters, and what it means then.
_BY_NAME: Sequence[tuple[str, Callable[[Json, Json], bool], Verdict, str]] = (
    ("(deletion|reclaim|delete|retention|removal)Policy", _deletes, Verdict.LOSES_DATA, _KEPT),
    ("when(Deleted|Scaled)", _deletes, Verdict.LOSES_DATA, _KEPT),
    ("delete(Claim|Data|OnTermination|OnDeletion)|forceDestroy", _is_on, Verdict.LOSES_DATA, _KEPT),
    (
        "(deletion|termination)Protection(Enabled)?",
        _goes,
        Verdict.LOSES_DATA,
        "judged by its name: nothing keeps it from being deleted any more",
    ),
    (
        "storage|persistence|volumeClaimTemplates?",
        _goes,
        Verdict.LOSES_DATA,
        "judged by its name: what it stored is not kept any more",
    ),
    (
        "retention(Period|Time|Days|Size)?|maxAge",
        lambda was, now: 0 < _length(now) < _length(was),
        Verdict.LOSES_DATA,
        "judged by its name: what is older is deleted",
    ),
    (
        "privileged|host(Network|PID|IPC|Path)",
        lambda was, now: _goes(now, was),
        Verdict.ESCALATES,
        "judged by its name: its pods may do more on their node",
    ),
    (
        "insecure.*|.*skip(Tls)?Verify.*|.*publiclyAccessible|public(Access)?",
        _is_on,
        Verdict.EXPOSES,
        "judged by its name: it is open to more, or checks less",
    ),
    (
        "tls|ssl|encryption|storageEncrypted",
        _goes,
        Verdict.EXPOSES,
        "judged by its name: what was encrypted is not any more",
    ),
    (
        "(service)?type",
        lambda was, now: now == "LoadBalancer" != was,
        Verdict.EXPOSES,
        "judged by its value: a load balancer leads to it",
    ),
    (
        "(min|max)?(replicas?|replicaCount|instances|members|nodes|nodeCount)",
        lambda was, now: _is_less(now, was),
        Verdict.WEAKENS,
        "judged by its name: there are fewer copies",
    ),
    (
        "hosts?|hostnames?|domains?|fqdns?",
        lambda was, now: bool(_words(was) and _words(now) - _words(was)),
        Verdict.EXPOSES,
        "judged by its name: it answers for more hosts",
    ),
    (
        "hosts?|hostnames?|domains?|fqdns?",
        lambda was, now: bool(_words(was) - _words(now)),
        Verdict.CUTS_OFF,
        "judged by its name: it answers for fewer hosts",
    ),
    ("suspend(ed)?|paused?|disabled?", _is_on, Verdict.WEAKENS, "judged by its name: it stops"),
    ("enabled?", _goes, Verdict.WEAKENS, "judged by its name: it stops"),
    (
        "prune",
        _is_on,
        Verdict.WEAKENS,
        "judged by its name: what is in no file is deleted",
    ),
    (
        "backups?|.*backupPolicy|scheduledBackup",
        _goes,
        Verdict.WEAKENS,
        "judged by its name: nothing is backed up any more",
    ),
)
