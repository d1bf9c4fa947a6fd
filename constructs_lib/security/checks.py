"""Checks over the facts of a whole platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.cluster import AddressFamily
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import DatabaseUse
from constructs_lib.facts.network import Call, End, Neighbour, Outside, Peer
from constructs_lib.facts.published import Facts
from constructs_lib.names import LONGEST
from constructs_lib.namespaces import Namespace
from constructs_lib.pods.defaults import PodDefaults
from constructs_lib.security.left_out import left_out
from constructs_lib.security.network import policy_names
from constructs_lib.security.persona_roles import persona_problems
from constructs_lib.security.personas import Persona
from constructs_lib.security.registries import Registries
from constructs_lib.storage import AnyStorageClass, ExistingStorageClass, StorageClass


def check_platform(
    scope: Construct,
    *,
    namespaces: Sequence[Namespace],
    storage: Sequence[AnyStorageClass],
    personas: Sequence[Persona],
    registries: Registries | None,
    facts: Sequence[Facts],
    calls: Sequence[Call],
    addresses: AddressFamily,
) -> None:
    """Raise all problems of a platform in one error."""
    problems = [
        *_twice("SecurityBaseline.namespaces", [namespace.name for namespace in namespaces]),
        *_storage(storage),
        *_twice("name of a persona", [persona.name for persona in personas]),
        *persona_problems(personas, namespaces),
        *_places({namespace.name for namespace in namespaces}, facts),
        *_classes({each.name for each in storage}, facts),
        *_peers(facts),
        *_images(registries, facts, PodDefaults.of(scope)),
        *_ends(calls),
        *_addresses(addresses, calls),
        *_policies(calls),
        *_calls([peer for fact in facts for peer in fact.peers], namespaces, calls),
        *_revisions(facts),
        *_parties(facts),
        *_metrics(facts),
        *_connections(facts),
        *_hosts(facts),
        *left_out(scope, {namespace.name for namespace in namespaces}, facts),
    ]
    if problems:
        raise ConfigurationError.of_all(problems)


def _twice(field: str, values: Sequence[str]) -> Iterator[ConfigurationError]:
    for value in sorted({value for value in values if values.count(value) > 1}):
        yield ConfigurationError(field, value, "name each only once")


def _storage(storage: Sequence[AnyStorageClass]) -> Iterator[ConfigurationError]:
    made = [each for each in storage if isinstance(each, StorageClass)]
    # Of these nothing is made twice: one may stand for several classes of another environment.
    found = {each for each in storage if isinstance(each, ExistingStorageClass)}
    names = [*(each.name for each in made), *(each.name for each in found)]
    yield from _twice("SecurityBaseline.storage", names)
    defaults = [each.name for each in made if each.is_default]
    if len(defaults) > 1:
        yield ConfigurationError("StorageClass.is_default", defaults, "choose one at most")


def _places(known: set[str], facts: Iterable[Facts]) -> Iterator[ConfigurationError]:
    used = {
        **{footprint.namespace: "a construct" for fact in facts for footprint in fact.footprints},
        **{peer.namespace: repr(peer.name) for fact in facts for peer in fact.peers},
    }
    for namespace, name in used.items():
        if namespace not in known:
            yield ConfigurationError(
                "SecurityBaseline.namespaces",
                sorted(known),
                f"add Namespace(name={namespace!r}), which {name} runs in",
            )


def _classes(known: set[str], facts: Iterable[Facts]) -> Iterator[ConfigurationError]:
    claimed = {
        claim.storage_class
        for fact in facts
        for footprint in fact.footprints
        for claim in footprint.claims
    }
    for name in sorted(claimed - known):
        yield ConfigurationError(
            "SecurityBaseline.storage",
            sorted(known),
            f"add the StorageClass or ExistingStorageClass {name!r}, it is claimed",
        )


def _peers(facts: Iterable[Facts]) -> Iterator[ConfigurationError]:
    seen: set[tuple[str, str]] = set()
    for peer in (peer for fact in facts for peer in fact.peers):
        if (peer.namespace, peer.name) in seen:
            yield ConfigurationError(
                "SecurityBaseline.constructs", peer.name, "give each construct only once"
            )
        seen.add((peer.namespace, peer.name))


def _images(
    registries: Registries | None, facts: Iterable[Facts], defaults: PodDefaults
) -> Iterator[ConfigurationError]:
    if registries is not None:
        images = (image for fact in facts for image in fact.images)
        yield from registries.problems(map(defaults.mirrored, images))


def _ends(calls: Iterable[Call]) -> Iterator[ConfigurationError]:
    """NetworkPolicies are named after the ends of a call, so one name must mean one end."""
    seen: dict[tuple[str, ...], End] = {}
    for end in (end for call in calls for end in (call.source, call.target)):
        namespace = "" if isinstance(end, Outside) else end.namespace
        known = seen.setdefault((type(end).__name__, namespace, end.name), end)
        if replace(end, ports=()) != replace(known, ports=()):
            yield ConfigurationError(
                f"{type(end).__name__}.name", end.name, "give ends that differ different names"
            )


def _addresses(family: AddressFamily, calls: Iterable[Call]) -> Iterator[ConfigurationError]:
    """Pods without addresses of a family cannot reach ends that have no others."""
    ends = (end for call in calls for end in (call.source, call.target))
    outside = {end.name: end.cidrs for end in ends if isinstance(end, Outside)}
    for name, cidrs in outside.items():
        if not any(family.includes(cidr) for cidr in cidrs):
            yield ConfigurationError(
                f"Outside({name!r}).cidrs",
                cidrs,
                f"name a range of {family.value}: pods have no other addresses. Of a cluster that "
                "has, say Cluster(addresses=…)",
            )


def _policies(calls: Iterable[Call]) -> Iterator[ConfigurationError]:
    field = "names of both ends of a Call"
    seen: dict[tuple[str, str], End] = {}
    for namespace, name, end in policy_names(calls):
        if len(name) > LONGEST:
            yield ConfigurationError(
                field, name, f"shorten it by {len(name) - LONGEST}: a policy would have this name"
            )
        other = seen.setdefault((namespace, name), end)
        if other == end:
            continue
        if other.name == end.name:
            yield ConfigurationError(
                f"{type(end).__name__}.name",
                end.name,
                f"give ends that differ different names: a policy {name} in {namespace} is for one",
            )
        else:
            yield ConfigurationError(
                field, name, f"choose others: two policies in {namespace} would have this name"
            )


def _calls(
    peers: Sequence[Peer], namespaces: Sequence[Namespace], calls: Iterable[Call]
) -> Iterator[ConfigurationError]:
    closed = {namespace.name for namespace in namespaces}
    for call in calls:
        for end in (call.source, call.target):
            if isinstance(end, Neighbour) and end.namespace in closed:
                yield ConfigurationError(
                    "Neighbour.namespace",
                    end.namespace,
                    f"make {end.name!r} a Peer and give its Facts to the baseline: this namespace "
                    "is closed, so that it could neither call nor be called",
                )
            if isinstance(end, Peer) and end not in peers:
                yield ConfigurationError(
                    "SecurityBaseline.constructs",
                    end.name,
                    f"{call.source.name} calls {call.target.name}: give both constructs, or make "
                    "the end outside of the app a Neighbour or an Outside",
                )


def _revisions(facts: Iterable[Facts]) -> Iterator[ConfigurationError]:
    seen: dict[tuple[str, str], str] = {}
    for use in (use for fact in facts for use in fact.secrets):
        revision = seen.setdefault((use.namespace, use.secret.name), use.secret.revision)
        if revision != use.secret.revision:
            yield ConfigurationError(
                f"SecretRef({use.secret.name!r}).revision",
                use.secret.revision,
                f"{use.reader} must name the revision that others do, {revision!r}",
            )


def _parties(facts: Iterable[Facts]) -> Iterator[ConfigurationError]:
    seen: dict[tuple[str, str], str] = {}
    for party in (party for fact in facts for party in fact.certificates):
        other = seen.setdefault((party.namespace, party.secret.name), party.common_name)
        if other != party.common_name:
            yield ConfigurationError(
                f"the Secret with the certificate of {party.common_name}",
                party.secret.name,
                f"give it one of its own: each could pass for the other, {other}",
            )


def _metrics(facts: Iterable[Facts]) -> Iterator[ConfigurationError]:
    seen: dict[str, str] = {}
    for metric in (metric for fact in facts for metric in fact.pod_metrics):
        series = metric.series or metric.name
        if seen.setdefault(metric.name, series) != series:
            yield ConfigurationError(
                f"PodMetric({metric.name!r}).series",
                series,
                f"use the series that it is made of elsewhere, {seen[metric.name]!r}",
            )


def _connections(facts: Iterable[Facts]) -> Iterator[ConfigurationError]:
    uses: dict[tuple[str, int], list[DatabaseUse]] = {}
    for use in (use for fact in facts for use in fact.databases):
        if use.endpoint.capacity is not None:
            uses.setdefault((use.endpoint.host, use.endpoint.capacity), []).append(use)
    for (host, capacity), clients in uses.items():
        if sum(use.endpoint.connections for use in clients) > capacity:
            yield ConfigurationError(
                "DatabaseEndpoint.connections",
                {use.client.name: use.endpoint.connections for use in clients},
                f"let them add up to {capacity} at most, or raise what {host} takes "
                "(Pooler.client_connections)",
            )


def _hosts(facts: Iterable[Facts]) -> Iterator[ConfigurationError]:
    hosted = [{name for route in fact.hosted for name in route.host_names} for fact in facts]
    yield from _twice("PublicHost.host", [name for names in hosted for name in names])
