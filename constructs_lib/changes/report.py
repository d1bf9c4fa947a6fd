"""What an apply of one tree over another does: the value that all formats write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.former import applied_last, lives
from constructs_lib.changes.judging import judged, outcome
from constructs_lib.changes.merging import merged
from constructs_lib.changes.objects import ObjectKey, Pair, paired
from constructs_lib.changes.renames import Rename, followers, renames
from constructs_lib.changes.server_side import merged_by_server
from constructs_lib.changes.trees import Place, Tree, TreeReader
from constructs_lib.changes.verdicts import Deploys, FieldChange, Finding, Outcome, Verdict, digest
from constructs_lib.changes.versions import NEWEST, OLDEST, Versions
from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.fields import Manifest, field
from constructs_lib.origins import Origin

_HIDDEN = "***"


class Change(NamedTuple):
    """An object that an apply touches, or no longer does.

    Args:
        kind: such as ``Deployment``.
        api_version: such as ``apps/v1``.
        namespace: empty for a cluster-scoped object.
        name: its name.
        was: the name that it had, as ``Kind namespace/name``; empty for the same.
        outcome: what an apply does with it.
        findings: what that means, the worst first; none if it is harmless.
        place: where it is written; None if it is in no file.
        manifest: the object as it is written now, or was last.
        origin: the construct that makes it, or made it last; None if nothing tells.
    """

    kind: str
    api_version: str
    namespace: str
    name: str
    was: str
    outcome: Outcome
    findings: tuple[Finding, ...]
    place: Place | None
    manifest: Manifest
    origin: Origin | None = None

    @property
    def object(self) -> str:
        """Kind, namespace and name: ``Deployment app/web``."""
        return f"{self.kind} {'/'.join(filter(None, (self.namespace, self.name)))}"

    @property
    def verdict(self) -> Verdict:
        """The worst of its verdicts."""
        return self.findings[0].verdict if self.findings else Verdict.HARMLESS

    def digest(self, verdict: Verdict) -> str:
        """Return six digits that stand for all that a verdict about this object says."""
        return digest(self.object, [each for each in self.findings if each.verdict is verdict])


class Changes(NamedTuple):
    """What an apply of one tree over another does.

    Args:
        before: what the former tree is called.
        after: what the latter is called.
        deploys: how the files come into the cluster.
        versions: of Kubernetes; the newest judges.
        total: the number of objects in the latter.
        changes: the objects that change, the worst first.
        renames: those that are one under two names.
        follows: by object, the words of the rename that alone explain its change.
    """

    before: str
    after: str
    deploys: Deploys
    versions: Versions
    total: int
    changes: tuple[Change, ...]
    renames: tuple[Rename, ...]
    follows: Mapping[str, tuple[str, str]] = MappingProxyType({})

    @property
    def worst(self) -> Verdict:
        """The worst verdict of all."""
        return max((each.verdict for each in self.changes), default=Verdict.HARMLESS)

    def at_least(self, verdict: Verdict) -> list[Change]:
        """Return the changes that are as bad as a verdict, or worse."""
        return [each for each in self.changes if each.verdict >= verdict]

    def counts(self) -> dict[Verdict, int]:
        """Return the number of objects by their worst verdict, the worst first."""
        found: dict[Verdict, int] = {}
        for each in self.changes:
            found[each.verdict] = found.get(each.verdict, 0) + 1
        return found


def changes(
    before: Tree | Path | Sequence[Manifest],
    after: Tree | Path | Sequence[Manifest],
    *,
    deploys: Deploys = Deploys.APPLY,
    versions: tuple[str, str] = (OLDEST, NEWEST),
) -> Changes:
    """Tell what an apply does to a cluster where the former tree was applied and nothing else.

    Args:
        before: manifests as they were applied last: a list, a file or a folder.
        after: manifests that are applied now.
        deploys: how the files come into the cluster, which decides what becomes of an object
            that is in them no more.
        versions: the oldest and the newest Kubernetes that they are for. The newest judges; what
            older ones refuse besides is told.

    Raises:
        ConfigurationError: a version is none, a tree cannot be read, or has an object twice.
    """
    reader, kubernetes = TreeReader(), Versions.of(*versions)
    old, new = _tree(reader, before, "before"), _tree(reader, after, "after")
    merge = merged_by_server if deploys is Deploys.SERVER_SIDE else merged
    applied, alive = applied_last(old, new.manifests), lives(old, new.manifests)
    pairs = list(paired(applied, new.manifests, alive, merge))
    differing = {pair.identity for pair in pairs}
    same = [each for each in new.manifests if ObjectKey.of(each) not in differing]
    renamed = renames(pairs, dict(_made_by(pairs, old, new)))
    comparison, findings = judged(same, pairs, renamed, deploys, kubernetes)
    former = {id(each.new): str(each.gone) for each in renamed}
    found = [
        _change(pair, comparison, findings[pair.identity], former.get(id(pair), ""), (new, old))
        for pair in pairs
    ]
    touched = [each for each in found if each.outcome is not Outcome.UNCHANGED or each.findings]
    touched.sort(key=lambda each: each.verdict, reverse=True)
    return Changes(
        old.name,
        new.name,
        deploys,
        kubernetes,
        len(new.manifests),
        tuple(touched),
        tuple(renamed),
        {str(pair): words for pair, words in followers(pairs, renamed).items()},
    )


def _made_by(pairs: Sequence[Pair], old: Tree, new: Tree) -> Iterator[tuple[Pair, str]]:
    for pair in pairs:
        origin = (old if pair.is_gone else new).origins.get(str(pair))
        if origin is not None:
            yield pair, origin.path


def _tree(reader: TreeReader, source: Tree | Path | Sequence[Manifest], name: str) -> Tree:
    if isinstance(source, Tree):
        return source
    if isinstance(source, Path):
        return reader.path(source)
    given: Sequence[Manifest] = source
    manifests = [dict(manifest) for manifest in given]
    identities: set[ObjectKey] = set()
    for manifest in manifests:
        identity = ObjectKey.of(manifest)
        if identity in identities:
            raise ConfigurationError(name, identity, "hand over each object once")
        identities.add(identity)
    return Tree(name, manifests, {})


def _change(
    pair: Pair,
    comparison: Comparison,
    findings: Sequence[Finding],
    was: str,
    trees: tuple[Tree, Tree],
) -> Change:
    places = [place for tree in trees if (place := tree.places.get(pair.identity))]
    origins = [origin for tree in trees if (origin := tree.origins.get(str(pair)))]
    if pair.kind == "Secret":
        findings = [each._replace(fields=_hidden(each.fields)) for each in findings]
    return Change(
        field(pair.manifest, "kind", default=""),
        field(pair.manifest, "apiVersion", default=""),
        pair.namespace,
        pair.name,
        was,
        outcome(pair, comparison, findings),
        tuple(findings),
        places[0] if places else None,
        pair.manifest,
        origins[0] if origins else None,
    )


def _hidden(fields: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """Return fields without the values of a Secret."""
    return tuple(
        FieldChange(
            each.path,
            None if each.before is None else _HIDDEN,
            None if each.after is None else _HIDDEN,
        )
        for each in fields
    )
