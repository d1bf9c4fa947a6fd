"""What clients of a cluster are told: the addresses of its poolers, and their limits."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.facts.network import Peer
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.database import Database
from constructs_lib.postgres.ports import POOLER
from constructs_lib.postgres.roles import Role


def pooled_endpoint(
    context: ClusterContext, pooler: Peer, connections: int, database: Database, role: Role
) -> DatabaseEndpoint:
    """Return the endpoint of a pooler whose clients share connections."""
    return DatabaseEndpoint(
        host=context.kubernetes.dns_name(pooler.name, pooler.namespace),
        database=database.name,
        secret=role.login,
        connections=connections,
        capacity=context.pooler.client_connections,
        statement_seconds=context.pooler.statement_seconds,
        wait_seconds=context.pooler.wait_seconds,
        target=pooler,
        target_port=POOLER.name,
    )


def session_endpoint(
    context: ClusterContext, pooler: Peer, connections: int, database: Database, role: Role
) -> DatabaseEndpoint:
    """Return the endpoint of a pooler whose clients have connections of their own."""
    most = context.pooler.session_connections
    if connections > most:
        raise ConfigurationError(
            "connections",
            connections,
            f"use at most the {most} of Pooler.session_connections, or raise that",
        )
    return replace(
        pooled_endpoint(context, pooler, connections, database, role),
        database=database.session_name,
        capacity=most,
        # PostgreSQL has no limit for it: the longest that a client can be told.
        statement_seconds=86_400,
    )
