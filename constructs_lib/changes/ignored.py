"""What an apply accepts and does not do: the object that lives is not what the file says."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.decoding import DecodingError
from constructs_lib.changes.differences import differences, value_at
from constructs_lib.changes.objects import Pair, as_version
from constructs_lib.changes.storing import ALLOCATED, stored
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict

_WHYS = {
    "clusterIP": "a Service keeps the address that it has; it must be made anew",
    "imagePullPolicy": "a default is not computed anew for what was stored with another one",
    "nodePort": "the number that was removed is filled in again",
    "ports": "the patch tells ports apart by their number alone",
    "serviceAccountName": "serviceAccount, its deprecated twin, brings it back: pods keep the "
    "account and its rights",
}
_REMEDIES = {
    "imagePullPolicy": "write imagePullPolicy",
    "serviceAccountName": "write `serviceAccountName: default`",
}
# What is left of another strategy, and the status of what was filled in.
_WITHOUT_EFFECT = ("spec.updateStrategy.rollingUpdate", "status")
_TWINS = ("serviceAccount", "clusterIPs")


def ignored(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield the fields in which what lives differs from what the file would make of nothing."""
    groups: dict[str, list[FieldChange]] = {}
    for change in _differences(pair):
        name = change.path.rpartition(".")[2].partition("[")[0]
        if name not in _TWINS:
            known = next((key for key in _WHYS if f".{key}" in change.path), "")
            groups.setdefault(known, []).append(change)
    for known, changed in groups.items():
        why = _WHYS.get(known, "what lives keeps it")
        if pair.kind == "Secret":
            why = "stringData is write-only: its key lives on in data"
        yield Finding(Verdict.IGNORED, "ignored", why, tuple(changed), _REMEDIES.get(known, ""))


def _differences(pair: Pair) -> Iterator[FieldChange]:
    """Yield fields as the file asks for them, and as they live."""
    try:
        asked = stored(pair.after or {})
        former = stored(as_version(pair.before or {}, pair.manifest))
    except DecodingError:
        return
    for change in differences(asked, pair.now):
        if change.path in _WITHOUT_EFFECT or change.after == ALLOCATED:
            continue
        # What somebody else set is theirs; what the last apply brought is ours.
        ours = value_at(former, change.path) == change.after
        if ours or (pair.known is None and change.before != ALLOCATED):
            yield change
