"""Rights before and after: who may do more, and who less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import ObjectKey, Pair
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import field
from constructs_lib.manifests.rights import (
    ALL,
    BINDING,
    CLUSTER_BINDING,
    CLUSTER_ROLE,
    ROLE,
    Holder,
    Right,
    beyond,
    holders,
    rights,
)
from constructs_lib.manifests.workloads import WorkloadManifest

_KINDS = frozenset({ROLE, CLUSTER_ROLE, BINDING, CLUSTER_BINDING})
_MOST_SHOWN = 3
_NOT_KNOWN = frozenset({"system:anonymous", "system:unauthenticated"})
# What a right is good for beyond its words.
_MEANS = (
    ("secrets", {"get", "list", "watch", "*"}, "reads what is in every Secret there"),
    ("pods", {"create", "*"}, "starts pods, and with them reads every Secret and is every account"),
    ("pods/exec", {"create", "get", "*"}, "runs commands in containers"),
    ("*", {"*"}, "is an administrator there"),
)


def powers(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the objects with which someone gains or loses a right."""
    concerned = [pair for pair in comparison.pairs if pair.kind in _KINDS]
    before, after = rights(comparison.before), rights(comparison.after)
    if concerned:
        yield from _of_holders(comparison, concerned, before, after)
    for pair in concerned:
        selected = pair.below("aggregationRule")
        if selected and pair.now:
            why = "its rights are those of every ClusterRole that these labels select"
            finding = Finding(Verdict.ESCALATES, "aggregation", why, selected)
            yield pair, finding._replace(certainty=Certainty.CONDITIONAL)
    yield from _of_pods(comparison, before, after)


def _of_holders(
    comparison: Comparison,
    concerned: list[Pair],
    before: dict[Holder, set[Right]],
    after: dict[Holder, set[Right]],
) -> Iterator[tuple[Pair, Finding]]:
    for holder in sorted({*before, *after}):
        stays = holder in before and holder in after
        # A role of nobody came, went, or is bound now: that is no power of anybody.
        if holder.kind.endswith("Role") and not stays and not _is_built_in(comparison, holder):
            continue
        was, now = _with_groups(holder, before), _with_groups(holder, after)
        was = was | _under_former_names(comparison, holder, before)
        for verdict, rule, difference, words, told in (
            (Verdict.ESCALATES, "rights-gained", beyond(now, was), "may", _with_meaning),
            (Verdict.CUTS_OFF, "rights-lost", beyond(was, now), "may no longer", _listed),
        ):
            sources: dict[ObjectKey, list[Right]] = {}
            for right in difference:
                pair = _source(concerned, holder, right, gains=words == "may")
                sources.setdefault(pair.identity, []).append(right)
            for identity, found in sources.items():
                pair = comparison.by_identity[identity]
                why = f"{holder} {words} {told(found)}"
                fields = () if pair.is_new or pair.is_gone else pair.fields
                yield pair, Finding(verdict, rule, why, fields)


def _with_groups(holder: Holder, rights_of: dict[Holder, set[Right]]) -> set[Right]:
    """Return what a holder may do, by itself and as a member of groups that everybody is in."""
    groups = ["system:authenticated"] if holder.name not in _NOT_KNOWN else []
    if holder.kind == "ServiceAccount":
        namespace = holder.name.partition("/")[0]
        groups += ["system:serviceaccounts", f"system:serviceaccounts:{namespace}"]
    elif holder.kind not in {"User", "Group"}:
        groups = []
    everybody = (rights_of.get(Holder("Group", name), set()) for name in groups)
    return rights_of.get(holder, set()).union(*everybody)


def _under_former_names(
    comparison: Comparison, holder: Holder, before: dict[Holder, set[Right]]
) -> set[Right]:
    """Return what a holder had in namespaces, or as an account, that have another name now."""
    names = {
        gone.namespace: identity[1]
        for identity, gone in comparison.former.items()
        if gone.namespace != identity[1]
    }
    accounts = {
        "/".join(identity[1:]): f"{gone.namespace}/{gone.name}"
        for identity, gone in comparison.former.items()
        if gone.kind == "ServiceAccount"
    }
    former = Holder(holder.kind, accounts.get(holder.name, holder.name))
    return {
        right._replace(namespace=names.get(right.namespace, right.namespace))
        for right in before.get(former, set())
    }


def _is_built_in(comparison: Comparison, holder: Holder) -> bool:
    """Tell whether a holder is a role that manifests add to and do not have."""
    return holder.kind == "ClusterRole" and not any(
        platform.get(CLUSTER_ROLE, "", holder.name)
        for platform in (comparison.before, comparison.after)
    )


def _source(concerned: list[Pair], holder: Holder, right: Right, *, gains: bool) -> Pair:
    """Return the object that most likely makes the difference."""

    def likeliness(pair: Pair) -> tuple[int, ...]:
        node = pair.now if gains else pair.was
        names = pair.kind in {BINDING, CLUSTER_BINDING} and holder in set(holders(node))
        role = "/".join(filter(None, (pair.namespace, pair.name)))
        is_role = holder == Holder(pair.kind.partition(".")[0], role)
        here = (pair.namespace or ALL) == right.namespace
        is_changed = not pair.is_new and not pair.is_gone
        is_about_roles = pair.kind in {ROLE, CLUSTER_ROLE}
        return (is_role, names, here, is_changed and is_about_roles, pair.is_new == gains)

    return max(concerned, key=likeliness)


def _of_pods(
    comparison: Comparison,
    before: dict[Holder, set[Right]],
    after: dict[Holder, set[Right]],
) -> Iterator[tuple[Pair, Finding]]:
    """Yield the workloads whose pods run as another account with other rights."""
    for workload in comparison.after.workloads:
        pair, was = comparison.pair_of(workload.manifest), comparison.workload_before(workload)
        if pair is None or was is None or _account(was) == _account(workload):
            continue
        old, new = before.get(_account(was), set()), after.get(_account(workload), set())
        fields = tuple(each for each in pair.fields if "serviceAccountName" in each.path)
        gained, lost = beyond(new, old), beyond(old, new)
        if gained:
            why = f"its pods may, as {_account(workload)}, {_with_meaning(gained)}"
            yield pair, Finding(Verdict.ESCALATES, "account", why, fields)
        if lost:
            why = f"its pods may no longer, as {_account(workload)}, {_listed(lost)}"
            yield pair, Finding(Verdict.CUTS_OFF, "account", why, fields)


def _account(workload: WorkloadManifest) -> Holder:
    name = field(workload.pod, "serviceAccountName", default="default")
    return Holder("ServiceAccount", f"{workload.namespace}/{name}")


def _listed(found: Sequence[Right]) -> str:
    verbs: dict[Right, list[str]] = {}
    for right in found:
        verbs.setdefault(right._replace(verb=""), []).append(right.verb)
    alike: dict[tuple[str, str], list[Right]] = {}
    for right, of_it in list(verbs.items())[:_MOST_SHOWN]:
        alike.setdefault((", ".join(of_it), right.namespace), []).append(right)
    # What has the same verbs in the same place is told in one breath.
    words = [
        str(those[0]._replace(verb=said, name="", resource=", ".join(map(_object, those))))
        for (said, _), those in alike.items()
    ]
    more = len(verbs) - _MOST_SHOWN
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")


def _with_meaning(found: Sequence[Right]) -> str:
    """Return rights in words, with what they are good for beyond that."""
    of_all = [right for right in found if not right.name]
    meant = [
        meaning
        for resource, verbs, meaning in _MEANS
        if any(right.resource == resource and right.verb in verbs for right in of_all)
    ]
    return ": ".join([_listed(found), *meant[:1]])


def _object(right: Right) -> str:
    return f"{right.resource} {right.name}" if right.name else right.resource
