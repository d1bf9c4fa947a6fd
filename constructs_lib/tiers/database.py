"""Environment variables of the databases of a workload, and its connection pools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.facts.readable import OurVariables
from constructs_lib.labels import NAME
from constructs_lib.pods.container import Container
from constructs_lib.tiers.endpoint_variables import EndpointVariables

# Those of libpq, which most drivers read; what is secret is in files, which are read anew.
_OURS = {
    "PGHOST": "{host}",
    "PGPORT": "{port}",
    "PGDATABASE": "{database}",
    "PGCONNECT_TIMEOUT": "5",
    "PGSSLMODE": "{ssl_mode}",
    "PGSSLROOTCERT": "{ca_file}",
    "DATABASE_USERNAME_FILE": "{username_file}",
    "DATABASE_PASSWORD_FILE": "{password_file}",
    "DATABASE_STATEMENT_SECONDS": "{statement_seconds}",
    "DATABASE_POOL_SIZE": "{pool_size}",
}
# Who a client is, as the lines and the sessions of the database have it.
_CLIENT = "PGAPPNAME"
_NAME_OF_POD = f"metadata.labels['{NAME}']"
# What the container may say otherwise.
_DEFAULTS = {"PGCONNECT_TIMEOUT"}


def connect(
    container: Container,
    database: DatabaseEndpoint,
    *,
    pods: int,
    processes: int,
    threads: int,
) -> Container:
    """Return the container with the address, the credentials and the size of its pool.

    Each process has a pool: one connection a thread, or fewer if the limit of the database is
    lower.

    Args:
        container: of the tier.
        database: of the tier.
        pods: of the tier at its worst moment.
        processes: of a pod.
        threads: of a process.
    """
    share = database.connections // (pods * processes) - database.connections_outside_pool
    if share < 1:
        needed = pods * processes * (1 + database.connections_outside_pool)
        raise ConfigurationError(
            "DatabaseEndpoint.connections",
            database.connections,
            f"give at least {needed}: {pods} pods at the worst moment "
            f"with {processes} processes each",
        )
    verified, said = "ca.crt" in database.secret.keys, database.variables
    ours = isinstance(said, OurVariables)
    if ours and _CLIENT not in container.variables:
        container = replace(container, pod_env={**container.pod_env, _CLIENT: _NAME_OF_POD})
    return EndpointVariables(
        kind="DatabaseEndpoint",
        argument="database",
        name="database" if ours else database.secret.name,
        templates=_ours(container, verified=verified) if isinstance(said, OurVariables) else said,
        values={
            "host": database.host,
            "port": str(database.port),
            "database": database.database,
            "ssl_mode": "verify-full" if verified else "require",
            "statement_seconds": str(database.statement_seconds),
            "pool_size": str(min(share, threads)),
        },
        secret=database.secret,
    ).given_to(container)


def _ours(container: Container, *, verified: bool) -> Mapping[str, str]:
    left_out = {name for name in _DEFAULTS if name in container.variables}
    if not verified:
        left_out.add("PGSSLROOTCERT")
    return {name: text for name, text in _OURS.items() if name not in left_out}
