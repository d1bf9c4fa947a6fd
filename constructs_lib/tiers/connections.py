"""The endpoints of a workload: environment variables, secrets, calls and connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import chain
from typing import TypeVar

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import DatabaseEndpoint, DatabaseUse, HttpEndpoint
from constructs_lib.facts.network import Peer
from constructs_lib.facts.published import Facts
from constructs_lib.facts.readable import OurVariables
from constructs_lib.facts.servers import BrokerEndpoint, CacheEndpoint
from constructs_lib.facts.tracing import Tracing
from constructs_lib.pods.container import Container
from constructs_lib.rules import check_env_name
from constructs_lib.secret_detection import names_a_secret
from constructs_lib.tiers.database import connect
from constructs_lib.tiers.server_variables import connect_server
from constructs_lib.tiers.traces import trace
from constructs_lib.values import Value

Databases = DatabaseEndpoint | Sequence[DatabaseEndpoint]
Brokers = BrokerEndpoint | Sequence[BrokerEndpoint]
Caches = CacheEndpoint | Sequence[CacheEndpoint]

_Named = TypeVar("_Named", DatabaseEndpoint, BrokerEndpoint, CacheEndpoint)


class Connected(Value):
    """A container, and the endpoints that it connects to.

    Args:
        container: its image, command, resources and environment.
        database: a database, with its limit of connections; several in a list, none by default.
        broker: a message broker, such as of its queue; several in a list, none by default.
        cache: shared by its replicas; several in a list, none by default.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        tracing: where its traces go; None for none.
    """

    container: Container
    database: Databases | None = None
    broker: Brokers | None = None
    cache: Caches | None = None
    upstreams: Mapping[str, HttpEndpoint] = field(default_factory=dict)
    tracing: Tracing | None = None

    @property
    def databases(self) -> tuple[DatabaseEndpoint, ...]:
        """Its databases."""
        return _several(self.database)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables that were said for endpoints."""
        for name in self.upstreams:
            check_env_name("upstreams", name)
        endpoints = (*self.databases, *chain(*self._servers.values()), *self._traced)
        said = (each.variables for each in endpoints)
        named = (name for each in said if not isinstance(each, OurVariables) for name in each)
        return (*self.upstreams, *named)

    def connect(
        self, container: Container, *, pods: int, processes: int = 1, threads: int = 1
    ) -> Container:
        """Return the container, which has all its other variables, with those of its endpoints.

        Args:
            container: its own, all configured.
            pods: of the workload at its worst moment, who share the connections of the database.
            processes: of a pod.
            threads: of a process.
        """
        connected = container
        for argument, servers in (
            ("broker", _several(self.broker)),
            ("cache", _several(self.cache)),
        ):
            _check_told_apart(argument, servers)
            for endpoint in servers:
                connected = connect_server(connected, argument, endpoint)
        _check_told_apart("database", self.databases)
        for each in self.databases:
            connected = connect(connected, each, pods=pods, processes=processes, threads=threads)
        for name in self.upstreams:
            if names_a_secret(name):
                raise ConfigurationError(
                    "upstreams", name, "use another name: this is one of a secret"
                )
            if name in connected.variables:
                raise ConfigurationError(
                    "upstreams", name, "use another name: the container has this variable"
                )
        connected = connected.with_defaults(
            env={name: endpoint.url for name, endpoint in self.upstreams.items()}
        )
        for tracing in self._traced:
            connected = trace(connected, tracing)
        return connected

    def used_by(self, peer: Peer) -> Facts:
        """Return the calls and connections of its pods."""
        servers = [*chain(*self._servers.values())]
        masters = [each.master for each in servers if each.master is not None]
        called = (*self.upstreams.values(), *self.databases, *servers, *masters, *self._traced)
        return Facts(
            calls=tuple(each.called_by(peer) for each in called),
            databases=tuple(DatabaseUse(client=peer, endpoint=each) for each in self.databases),
        )

    @property
    def _traced(self) -> tuple[Tracing, ...]:
        return () if self.tracing is None else (self.tracing,)

    @property
    def _servers(self) -> dict[str, tuple[BrokerEndpoint | CacheEndpoint, ...]]:
        return {"broker": _several(self.broker), "cache": _several(self.cache)}


def _several(given: _Named | Sequence[_Named] | None) -> tuple[_Named, ...]:
    """Return the endpoints of an argument that takes none, one or several."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, Sequence) else (given,)


def _check_told_apart(
    argument: str, given: Sequence[DatabaseEndpoint | BrokerEndpoint | CacheEndpoint]
) -> None:
    ours = [each for each in given if isinstance(each.variables, OurVariables)]
    if len(ours) > 1:
        raise ConfigurationError(
            argument,
            [each.host for each in ours],
            "give all but one variables of their own, with read_as({…})",
        )
