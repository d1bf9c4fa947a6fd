"""Judges every object that differs: all rules, in the order in which one needs the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from constructs_lib.changes.accounts import accounts, new_accounts
from constructs_lib.changes.addresses import addresses
from constructs_lib.changes.admission import admission
from constructs_lib.changes.attachment import attachment
from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.configuration import configuration
from constructs_lib.changes.connections import connections
from constructs_lib.changes.copies import copies
from constructs_lib.changes.cron_jobs import cron_jobs
from constructs_lib.changes.custom_fields import custom_fields, new_custom_fields
from constructs_lib.changes.custom_kinds import custom_kinds, custom_pods
from constructs_lib.changes.doors import doors
from constructs_lib.changes.drift import drift
from constructs_lib.changes.effects import effects, new_kinds
from constructs_lib.changes.endpoints import endpoints, selectors
from constructs_lib.changes.guards import guards, new_guards
from constructs_lib.changes.ignored import ignored
from constructs_lib.changes.importance import importance
from constructs_lib.changes.needs import needs, too_late
from constructs_lib.changes.objects import ObjectKey, Pair
from constructs_lib.changes.pods import new_pods, pods
from constructs_lib.changes.powers import powers
from constructs_lib.changes.refusals import by_the_oldest, refusals
from constructs_lib.changes.renames import Rename, Way, images, loses_claims
from constructs_lib.changes.rollouts import new_selectors, rollouts
from constructs_lib.changes.room import room
from constructs_lib.changes.selected import selected
from constructs_lib.changes.services import services
from constructs_lib.changes.states import states
from constructs_lib.changes.storage import storage
from constructs_lib.changes.vanished import vanished
from constructs_lib.changes.verdicts import Certainty, Deploys, Finding, Outcome, Verdict
from constructs_lib.changes.versions import Versions
from constructs_lib.changes.watched_files import watched_files
from constructs_lib.changes.webhooks import new_webhooks, webhooks

Node = dict[str, Any]
_UPDATED: Sequence[Callable[[Pair, Comparison], Iterator[Finding]]] = (
    storage,
    pods,
    accounts,
    guards,
    webhooks,
    selectors,
    services,
    addresses,
    copies,
    configuration,
    rollouts,
    importance,
    attachment,
    cron_jobs,
    ignored,
    drift,
    needs,
    custom_fields,
    custom_pods,
)
_CREATED = (
    new_kinds,
    custom_kinds,
    new_custom_fields,
    new_pods,
    new_selectors,
    new_accounts,
    new_guards,
    new_webhooks,
    copies,
    needs,
)
_OF_THE_WHOLE: Sequence[Callable[[Comparison], Iterator[tuple[Pair, Finding]]]] = (
    doors,
    connections,
    powers,
    endpoints,
    room,
    selected,
    states,
    watched_files,
)
Findings = dict[ObjectKey, list[Finding]]


def judged(
    same: Sequence[Node],
    pairs: Sequence[Pair],
    renamed: Sequence[Rename],
    deploys: Deploys,
    versions: Versions,
) -> tuple[Comparison, Findings]:
    """Return the comparison and, for each object that differs, what is found."""
    ideal = Comparison(same, pairs, (), deploys, renamed)
    found = _refusals(ideal, versions)
    comparison = _settled(ideal, found, same, renamed)
    for pair in comparison.updated:
        for rule in _UPDATED:
            found[pair.identity] += rule(pair, comparison)
        found[pair.identity] += effects(pair)
        found[pair.identity] += by_the_oldest(pair, versions)
    for pair in comparison.accepted:
        if pair.is_new:
            for rule in _CREATED:
                found[pair.identity] += rule(pair, comparison)
    for pair in comparison.gone:
        found[pair.identity] += vanished(pair, comparison)
    for whole in _OF_THE_WHOLE:
        for pair, finding in whole(comparison):
            found[pair.identity].append(finding)
    for pair, finding in _lost_in_renames(renamed, comparison):
        found[pair.identity].append(finding)
    return comparison, {identity: _sorted(findings) for identity, findings in found.items()}


def _refusals(ideal: Comparison, versions: Versions) -> Findings:
    found = {p.identity: list(refusals(p, ideal.before, versions)) for p in ideal.pairs}
    for pair, finding in (*too_late(ideal), *admission(ideal)):
        found[pair.identity].append(finding)
    return found


def _settled(
    ideal: Comparison, found: Findings, same: Sequence[Node], renamed: Sequence[Rename]
) -> Comparison:
    """Return what an apply makes of a cluster, where something is refused or a quota is full."""

    def without(refused: set[ObjectKey]) -> Comparison:
        if not refused:
            return ideal
        return Comparison(same, ideal.pairs, refused, ideal.deploys, renamed)

    refused = {identity for identity, findings in found.items() if findings}
    comparison = without(refused)
    # What is created over a quota is refused as well, and then takes no room.
    over = [(p, f) for p, f in room(comparison) if f.verdict is Verdict.REFUSED]
    for pair, finding in over:
        found[pair.identity].append(finding)
    return without(refused | {pair.identity for pair, _ in over}) if over else comparison


def outcome(pair: Pair, comparison: Comparison, findings: Sequence[Finding]) -> Outcome:
    """Return what an apply does with an object."""
    if pair.identity in comparison.refused:
        return Outcome.REFUSED
    if pair.is_gone:
        return Outcome.DELETED if comparison.deletes(pair) else Outcome.LEFT_BEHIND
    if pair.is_new:
        return Outcome.CREATED
    # What is ignored is written all the same, unless it was what somebody else set.
    written = pair.fields or any(each.rule != "drift" for each in findings)
    return Outcome.UPDATED if written else Outcome.UNCHANGED


def _lost_in_renames(
    renamed: Sequence[Rename], comparison: Comparison
) -> Iterator[tuple[Pair, Finding]]:
    halves = {id(each.gone) for each in renamed}
    for rename in renamed:
        why = loses_claims(rename)
        if why and rename.new.identity not in comparison.refused:
            yield rename.new, Finding(Verdict.LOSES_DATA, "renamed", why)
    # One that runs the same images takes the place of another that is gone, whatever else differs.
    for gone in comparison.gone:
        for new in comparison.accepted:
            alike = new.is_new and gone.kind == new.kind and images(gone) & images(new)
            if alike and id(gone) not in halves and gone.namespace == new.namespace:
                why = loses_claims(Rename(gone, new, Way.RENAMED, (gone.name, new.name)))
                if why:
                    finding = Finding(Verdict.LOSES_DATA, "renamed", why)
                    yield new, finding._replace(certainty=Certainty.ASSUMED)


def _sorted(findings: Sequence[Finding]) -> list[Finding]:
    unique = {(each.verdict, each.rule, each.why): each for each in findings}
    return sorted(unique.values(), key=lambda each: each.verdict, reverse=True)
