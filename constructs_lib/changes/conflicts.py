"""Conflicts of a server-side apply: what a file says and somebody else has said otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs_lib.changes.decoding import decoded
from constructs_lib.changes.differences import value_at
from constructs_lib.changes.objects import Pair, as_version
from constructs_lib.changes.owners import owners, taken_from
from constructs_lib.changes.storing import stored
from constructs_lib.changes.types import type_of_object
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict

_REMEDY = "leave it out, or add --force-conflicts"


def conflicts(written: Sequence[Pair]) -> Iterator[tuple[Pair, Finding]]:
    """Yield the objects that live and that the API server does not change for their file.

    Without managed fields it is guessed from what differs from the last apply.
    """
    for pair in written:
        if pair.known is None or pair.undecodable or pair.is_new:
            continue
        known = list(owners(pair.known))
        found = _of_owners(pair) if known else _guessed(pair)
        yield from ((pair, finding) for finding in found)


def _of_owners(pair: Pair) -> Iterator[Finding]:
    manifest = pair.after or {}
    kind = type_of_object(manifest)
    said = decoded(manifest, kind) if kind else manifest
    for owner in owners(pair.known or {}):
        theirs = () if owner.is_ours else taken_from(owner, pair.was, stored(manifest), said)
        if theirs:
            why = f"{owner.name} has set it otherwise: the API server answers with a conflict"
            yield Finding(Verdict.REFUSED, "conflict", why, tuple(theirs), _REMEDY)


def _guessed(pair: Pair) -> Iterator[Finding]:
    applied = stored(as_version(pair.before or {}, pair.manifest))
    theirs = tuple(
        each
        for each in pair.fields
        if each.before is not None
        and each.after is not None
        and value_at(applied, each.path) not in (None, each.before)
    )
    if theirs:
        why = "somebody else has set it since: the API server answers with a conflict"
        # Whoever wrote it may be kubectl itself, or write it no more.
        conditional = Certainty.CONDITIONAL
        yield Finding(Verdict.REFUSED, "conflict", why, theirs, _REMEDY, conditional)
