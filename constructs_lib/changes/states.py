"""The states that a cluster passes through, and what no longer holds in them.

What an apply leaves is one, with the objects that stay and those that are refused. Two come before
it: pods that run as they were while all else is new, and each workload as it is written, while what
comes after it in the files is not there yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Deploys, Finding, Verdict
from constructs_lib.manifests.configuration_reads import secrets_read
from constructs_lib.manifests.invariants import autoscaling, f5_hosts, network, references
from constructs_lib.manifests.invariants.invariant import Invariant, Violation
from constructs_lib.manifests.invariants.services import stateful_sets_have_a_service
from constructs_lib.manifests.platform import Platform, describe
from constructs_lib.manifests.workloads import template_path


def _secrets_exist(platform: Platform) -> Iterator[Violation]:
    """A pod does not start without the Secrets that it reads."""
    for workload in platform.workloads:
        for read in secrets_read(workload):
            if not read.optional and not platform.has("Secret", workload.namespace, read.name):
                yield workload.manifest, f"there is no Secret {read.name}"


# What pods need to start: until it is there they wait.
_TO_START: Sequence[tuple[Invariant, Verdict]] = (
    (references.config_maps_exist, Verdict.CUTS_OFF),
    (_secrets_exist, Verdict.CUTS_OFF),
    (references.claims_exist, Verdict.WEAKENS),
    (references.priority_classes_exist, Verdict.WEAKENS),
    (references.service_accounts_exist, Verdict.WEAKENS),
    (references.storage_classes_exist, Verdict.WEAKENS),
)
# Connections, rights, doors, copies and room are judged where both states are subtracted.
_TO_WORK: Sequence[tuple[Invariant, Verdict]] = (
    (autoscaling.autoscalers_have_a_target, Verdict.WEAKENS),
    (autoscaling.autoscaled_resources_are_requested, Verdict.WEAKENS),
    (f5_hosts.nginx_minions_have_a_master, Verdict.CUTS_OFF),
    (network.isolated_pods_reach_dns, Verdict.CUTS_OFF),
    (stateful_sets_have_a_service, Verdict.CUTS_OFF),
)
_NEEDED = frozenset(
    {
        *("ConfigMap", "PersistentVolumeClaim", "Secret", "ServiceAccount"),
        *("PriorityClass.scheduling.k8s.io", "StorageClass.storage.k8s.io"),
    }
)
# An object and what is wrong with it, with the verdict on that.
Problems = dict[tuple[str, str], Verdict]


def states(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield what holds before an apply, and not after it or on the way there."""
    known = _problems(comparison.before, (*_TO_START, *_TO_WORK))
    work = _problems(comparison.after, _TO_WORK)
    left = {**_problems(comparison.after), **work}
    before = {describe(each) for each in comparison.before.manifests}
    for (name, message), verdict in left.items():
        if (name, message) not in known and name in before:
            pair = _culprit(comparison, name, message)
            # What is asked for now, and in no file, may be in the cluster all the same.
            if pair.is_gone or (name, message) in work:
                yield pair, Finding(verdict, "state", f"{name}: {message}", pair.fields)
    done = known.keys() | left.keys()
    for name, message in sorted(_problems(_old_pods(comparison)).keys() - done):
        pair = _culprit(comparison, name, message)
        why = f"until its rollout is through, no pod of {name} starts anew: {message}"
        yield pair, Finding(Verdict.LATER, "old-pods", why, pair.fields)
    for pair, state in _as_written(comparison):
        for name, message in sorted(_problems(state).keys() - done):
            if name == str(pair):
                why = f"its pods wait: {message}, which is written after it"
                yield pair, Finding(Verdict.LATER, "order", why, pair.fields)


def _problems(
    state: Platform, invariants: Iterable[tuple[Invariant, Verdict]] = _TO_START
) -> Problems:
    return {
        (describe(node), message): verdict
        for invariant, verdict in invariants
        for node, message in invariant(state)
    }


def _old_pods(comparison: Comparison) -> Platform:
    """Return the state in the first minutes of a rollout."""
    changed = {id(each.now): each.was for each in comparison.updated if template_path(each.now)}
    return Platform([changed.get(id(each), each) for each in comparison.after.manifests])


def _as_written(comparison: Comparison) -> Iterator[tuple[Pair, Platform]]:
    """Yield each workload with the state in which it is written."""
    later = [p for p in comparison.accepted if p.is_new and p.kind in _NEEDED]
    if comparison.deploys is Deploys.GITOPS or not later:
        return
    for pair in comparison.pairs:
        later = [each for each in later if each is not pair]
        if later and template_path(pair.now):
            missing = {id(each.now) for each in later}
            there = [each for each in comparison.after.manifests if id(each) not in missing]
            yield pair, Platform(there)


def _culprit(comparison: Comparison, name: str, message: str) -> Pair:
    """Return what makes a problem: what is deleted and named in it, or else its own object."""
    words = {*message.split(), *name.partition(" ")[2].split("/")}

    def likeliness(pair: Pair) -> tuple[bool, ...]:
        is_deleted = pair.is_gone and comparison.deletes(pair)
        return (is_deleted and pair.name in words, str(pair) == name, pair.name in words)

    return max(comparison.pairs, key=likeliness)
