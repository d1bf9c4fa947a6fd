"""PgBouncer: replicas, connections and timeouts."""

from __future__ import annotations

import math

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.pods.resources import Resources
from constructs_lib.postgres.sizing import Sizing
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.values import Value

# Bytes of PgBouncer 1.26 with TLS: alone 20 MB, and 41 kB for each of 1000 busy clients.
_ALONE = 24 * 2**20
_OF_CLIENT = 48 * 2**10


class EqualShare(Value):
    """What ``max_connections`` leaves each replica and database when both poolers have one more.

    Readers count too: with no standby left they go to the primary.
    """


class Pooler(Value):
    """PgBouncer in transaction mode, once for reading and writing, once for reading.

    Args:
        replicas: of each of the two. A single one is unavailable from the loss of its node
            until its replacement runs.
        client_connections: the most of one replica, and of all clients together, so that
            one replica can serve them while others are away.
        server_connections: that one replica opens to each database, or `EqualShare()`.
        session_connections: besides, of one replica of the poolers for writing to each database,
            for clients of `PostgresCluster.session`; zero for none.
        statement_seconds: the statement timeout. A longer statement
            needs ``SET LOCAL statement_timeout = 0`` in its transaction, or a session.
        wait_seconds: the longest wait of a client for a connection; as long as a failover
            takes.

    Raises:
        ConfigurationError: a number out of range; with a cluster, more server
            connections than PostgreSQL has.
    """

    replicas: int = 2
    client_connections: int = 1000
    server_connections: int | EqualShare = EqualShare()
    session_connections: int = 4
    statement_seconds: int = 20
    wait_seconds: int = 45

    def __post_init__(self) -> None:
        check_range("Pooler.replicas", self.replicas, 1, 50)
        check_range("Pooler.client_connections", self.client_connections, 1, 100_000)
        if not isinstance(self.server_connections, EqualShare):
            check_range("Pooler.server_connections", self.server_connections, 1, 10_000)
        check_range("Pooler.session_connections", self.session_connections, 0, 1000)
        check_seconds("Pooler.statement_seconds", self.statement_seconds)
        check_seconds("Pooler.wait_seconds", self.wait_seconds)

    def check_memory(self, given: Resources) -> None:
        """Refuse less memory than PgBouncer takes for its clients."""
        needed = _ALONE + self.client_connections * _OF_CLIENT
        if given.amounts().memory < needed:
            reject(
                "PostgresSizes.pgbouncer",
                given.memory,
                f"give it at least '{math.ceil(needed / 2**20)}Mi' for {self.client_connections} "
                "clients, or lower Pooler.client_connections",
            )

    def server_share(self, sizing: Sizing, databases: int) -> int:
        """Return the most server connections of one replica to each of so many databases."""
        at_once = 2 * (self.replicas + 1)
        sessions = (self.replicas + 1) * self.session_connections * databases
        # Each has one more, to ask for verifiers.
        share = (sizing.client_connections - sessions - at_once) // at_once // databases
        if share < 1:
            raise ConfigurationError(
                "Pooler.replicas",
                self.replicas,
                f"give them max_connections: of {sizing.max_connections} there are "
                f"{sizing.client_connections} for {at_once} replicas in a rollout and {databases} "
                f"databases, and {sessions} of these for sessions (session_connections)",
            )
        if isinstance(self.server_connections, EqualShare):
            return share
        if self.server_connections > share:
            raise ConfigurationError(
                "Pooler.server_connections",
                self.server_connections,
                f"use at most {share}: a rollout has {at_once} replicas, and of max_connections "
                f"{sizing.max_connections} there are {sizing.client_connections} for them and "
                f"{databases} databases",
            )
        return self.server_connections
