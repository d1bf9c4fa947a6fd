"""The endpoints of a workload: environment variables, secrets, calls and connections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import DatabaseEndpoint, DatabaseUse, HttpEndpoint
from constructs_lib.facts.network import Peer
from constructs_lib.facts.published import Facts
from constructs_lib.facts.readable import OurVariables
from constructs_lib.facts.servers import BrokerEndpoint, CacheEndpoint
from constructs_lib.pods.container import Container
from constructs_lib.rules import check_env_name
from constructs_lib.secret_detection import names_a_secret
from constructs_lib.tiers.database import connect
from constructs_lib.tiers.server_variables import connect_server

Endpoint = HttpEndpoint | DatabaseEndpoint | BrokerEndpoint | CacheEndpoint

Databases = DatabaseEndpoint | Sequence[DatabaseEndpoint]
Brokers = BrokerEndpoint | Sequence[BrokerEndpoint]
Caches = CacheEndpoint | Sequence[CacheEndpoint]

E = TypeVar("E", DatabaseEndpoint, BrokerEndpoint, CacheEndpoint)
_Named = DatabaseEndpoint | BrokerEndpoint | CacheEndpoint

NO_UPSTREAMS: Mapping[str, HttpEndpoint] = MappingProxyType({})


def connect_all(
    container: Container,
    *,
    database: Databases | None,
    broker: Brokers | None,
    cache: Caches | None,
    upstreams: Mapping[str, HttpEndpoint],
    pods: int,
    processes: int = 1,
    threads: int = 1,
) -> Container:
    """Return the container, which has all its other variables, with those of its endpoints.

    Args:
        container: of the workload.
        database: none, one or several.
        broker: likewise.
        cache: likewise.
        upstreams: by the variable with the URL.
        pods: of the workload at its worst moment, who share the connections of the database.
        processes: of a pod.
        threads: of a process.
    """
    connected = container
    servers: dict[str, tuple[BrokerEndpoint | CacheEndpoint, ...]] = {
        "broker": several(broker),
        "cache": several(cache),
    }
    for argument, of_one_kind in servers.items():
        _check_told_apart(argument, of_one_kind)
        for endpoint in of_one_kind:
            connected = connect_server(connected, argument, endpoint)
    _check_told_apart("database", several(database))
    for each in several(database):
        connected = connect(connected, each, pods=pods, processes=processes, threads=threads)
    return connect_upstreams(connected, upstreams)


def uses(peer: Peer, given: Sequence[Endpoint]) -> Facts:
    """Return the calls and connections of pods.

    Args:
        peer: the pods.
        given: the endpoints that they use.
    """
    servers = (each for each in given if isinstance(each, BrokerEndpoint | CacheEndpoint))
    masters = [each.master for each in servers if each.master is not None]
    return Facts(
        calls=tuple(each.called_by(peer) for each in (*given, *masters)),
        databases=tuple(
            DatabaseUse(client=peer, endpoint=endpoint)
            for endpoint in given
            if isinstance(endpoint, DatabaseEndpoint)
        ),
    )


def endpoints(
    upstreams: Mapping[str, HttpEndpoint],
    *,
    database: Databases | None,
    broker: Brokers | None,
    cache: Caches | None,
) -> tuple[Endpoint, ...]:
    """Return all endpoints that the arguments of a workload name."""
    return (*upstreams.values(), *several(database), *several(broker), *several(cache))


def variables_of(
    upstreams: Mapping[str, HttpEndpoint], used: Iterable[Endpoint]
) -> tuple[str, ...]:
    """Return the names of the variables that were said for endpoints."""
    for name in upstreams:
        check_env_name("upstreams", name)
    said = (each.variables for each in used if not isinstance(each, HttpEndpoint))
    named = (name for each in said if not isinstance(each, OurVariables) for name in each)
    return (*upstreams, *named)


def several(given: E | Sequence[E] | None) -> tuple[E, ...]:
    """Return the endpoints of an argument that takes none, one or several."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, Sequence) else (given,)


def _check_told_apart(argument: str, given: Sequence[_Named]) -> None:
    ours = [each for each in given if isinstance(each.variables, OurVariables)]
    if len(ours) > 1:
        raise ConfigurationError(
            argument,
            [each.host for each in ours],
            "give all but one variables of their own, with read_as({…})",
        )


def connect_upstreams(container: Container, upstreams: Mapping[str, HttpEndpoint]) -> Container:
    """Return the container, which has all its other variables, with those that name endpoints."""
    for name in upstreams:
        if names_a_secret(name):
            raise ConfigurationError("upstreams", name, "use another name: this is one of a secret")
        if name in container.variables:
            raise ConfigurationError(
                "upstreams", name, "use another name: the container has this variable"
            )
    return container.with_defaults(env={name: endpoint.url for name, endpoint in upstreams.items()})
