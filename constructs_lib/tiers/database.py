"""Environment variables of the database of a tier, and its connection pools."""

from __future__ import annotations

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.pods.container import Container
from constructs_lib.pods.csi_secrets import mounted

_SECRET_DIRECTORY = "/run/secrets/database"
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

    The names are those of libpq, which most drivers read. Each process has a pool of
    ``DATABASE_POOL_SIZE``: one connection a thread, or fewer if the limit of the database
    is lower.

    Args:
        container: of the tier.
        database: of the tier.
        pods: of the tier at its worst moment.
        processes: of a pod.
        threads: of a process.
    """
    share = database.connections // (pods * processes)
    if share < 1:
        raise ConfigurationError(
            "DatabaseEndpoint.connections",
            database.connections,
            f"give at least {pods * processes}: {pods} pods at the worst moment "
            f"with {processes} processes each",
        )
    verified = "ca.crt" in database.secret.keys
    env = {
        "PGHOST": database.host,
        "PGPORT": str(database.port),
        "PGDATABASE": database.database,
        "PGCONNECT_TIMEOUT": "5",
        "PGSSLMODE": "verify-full" if verified else "require",
        **({"PGSSLROOTCERT": f"{_SECRET_DIRECTORY}/ca.crt"} if verified else {}),
        "DATABASE_USERNAME_FILE": f"{_SECRET_DIRECTORY}/username",
        "DATABASE_PASSWORD_FILE": f"{_SECRET_DIRECTORY}/password",
        "DATABASE_STATEMENT_SECONDS": str(database.statement_seconds),
        "DATABASE_POOL_SIZE": str(min(share, threads)),
    }
    container.check_left_to("database", env.keys() - _DEFAULTS)
    return container.with_defaults(env=env, volumes=[mounted(database.secret, _SECRET_DIRECTORY)])
