"""What a change of a field means, for fields whose meaning does not depend on others.

A field that is in no row and that no rule judges is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.custom_kinds import COMES
from constructs_lib.changes.meanings import EFFECTS, JUDGED, NOTHING, Effect
from constructs_lib.changes.metadata import of_metadata
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.types import type_of_object
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict
from constructs_lib.manifests.workloads import template_path

# Nobody acts on these by themselves.
_KEPT_ALONE = frozenset({"Lease.coordination.k8s.io", "ControllerRevision.apps"})


def effects(pair: Pair) -> Iterator[Finding]:
    """Yield what the changes of fields mean by themselves."""
    groups: dict[tuple[Verdict, str], list[FieldChange]] = {}
    for change in pair.fields:
        effect = _effect(pair, change)
        if effect is not JUDGED and effect != NOTHING:
            groups.setdefault(effect, []).append(change)
    for (verdict, why), changed in groups.items():
        yield Finding(verdict, "field", why, tuple(changed))


def is_known(pair: Pair) -> bool:
    """Tell whether any rule knows the kind of an object."""
    return pair.kind in EFFECTS


def new_kinds(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield that nothing is known of what a controller makes of a new object."""
    if type_of_object(pair.now) is None and pair.kind not in {*EFFECTS, *_KEPT_ALONE, *COMES}:
        kind = pair.kind.partition(".")[0]
        yield Finding(Verdict.UNKNOWN, "kind", f"no rule knows what {kind} does")


def _effect(pair: Pair, change: FieldChange) -> Effect:
    if change.path.startswith("metadata"):
        return of_metadata(pair, change)
    if change.path.startswith("spec.template") and template_path(pair.now):
        return JUDGED
    rows = EFFECTS.get(pair.kind, {})
    parts = change.path.replace("[", ".").split(".")
    for length in range(len(parts), -1, -1):
        path = ".".join(parts[:length])
        if path in rows:
            return rows[path]
    return Verdict.UNKNOWN, f"no rule knows what {pair.kind.partition('.')[0]} does with it"
