"""The configuration of pgBackRest: at the members, and at the jobs that back up and check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs_lib.cluster import AddressFamily
from constructs_lib.postgres import paths
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.postgres.ports import BACKUP, POSTGRES
from constructs_lib.postgres.repository import Repository


def member_configurations(
    backup: BackupPlan,
    *,
    version: int,
    source: Repository | None,
    addresses: AddressFamily,
    client: str,
) -> dict[str, str]:
    """Return the configuration of a member: archiving, restoring, and its TLS server.

    The repository that the cluster is restored from has a file of its own.

    Args:
        backup: the repositories, and what is kept there.
        version: of PostgreSQL.
        source: the repository that the cluster is restored from, if any.
        addresses: the address family of the server.
        client: the name in the certificate of the jobs, which alone may start backups.
    """
    place = {
        "pg1-path": paths.data_directory(version),
        "link-map": f"pg_wal={paths.wal_directory(version)}",
    }
    member = {
        **_options(backup, backup.retention),
        **_COMMON,
        "archive-async": "y",
        "spool-path": f"{paths.WAL_VOLUME}/spool",
        # A star is IPv4 alone.
        "tls-server-address": "::" if addresses.has_ipv6 else "*",
        "tls-server-auth": f"{client}=db",
        "tls-server-ca-file": f"{paths.BACKUPS}/ca.crt",
        "tls-server-cert-file": f"{paths.TLS}/tls.crt",
        "tls-server-key-file": f"{paths.TLS}/tls.key",
        "tls-server-port": str(BACKUP.number),
    }
    socket = {"pg1-port": str(POSTGRES.number), "pg1-socket-path": paths.SOCKETS}
    files = {"pgbackrest.conf": _ini({"global": member, "db": {**place, **socket}})}
    if source is not None:
        # What is fetched ahead of time lies beside that of the repository of its own.
        reading = {"archive-async": "y", "spool-path": f"{paths.WAL_VOLUME}/source"}
        options = {**_numbered(1, source.options), **_COMMON, **reading}
        files["source.conf"] = _ini({"global": options, "db": place})
    return files


def backup_configuration(
    backup: BackupPlan, *, version: int, members: Sequence[str]
) -> dict[str, str]:
    """Return the configuration of jobs that back up, over TLS from primary and standby."""
    hosts: dict[str, str] = {}
    for number, member in enumerate(members, 1):
        hosts |= {
            f"pg{number}-host": member,
            f"pg{number}-host-ca-file": f"{paths.MEMBERS}/ca.crt",
            f"pg{number}-host-cert-file": f"{paths.TLS}/tls.crt",
            f"pg{number}-host-key-file": f"{paths.TLS}/tls.key",
            f"pg{number}-host-port": str(BACKUP.number),
            f"pg{number}-host-type": "tls",
            f"pg{number}-path": paths.data_directory(version),
            f"pg{number}-port": str(POSTGRES.number),
            f"pg{number}-socket-path": paths.SOCKETS,
        }
    backing_up = {
        **_options(backup, backup.retention),
        **_COMMON,
        **({} if backup.second is None else _PATIENCE),
        "backup-standby": "prefer",
        "delta": "y",
        "start-fast": "y",
    }
    return {"pgbackrest.conf": _ini({"global": backing_up, "db": hosts})}


def check_configuration(backup: BackupPlan) -> dict[str, str]:
    """Return the configuration of jobs that read what was backed up.

    It names no host: pgBackRest would restore on that only.
    """
    reading = {**_options(backup, {}), **_COMMON}
    return {"drill.conf": _ini({"global": reading, "db": {"pg1-path": f"{paths.DRILL}/data"}})}


_COMMON = {
    "compress-type": "zst",
    # A repository that does not answer holds nobody up for long.
    "io-timeout": "20",
    "lock-path": "/tmp/pgbackrest",  # noqa: S108
    "log-level-console": "info",
    "log-level-file": "off",
    "process-max": "2",
}


def _options(backup: BackupPlan, further: Mapping[str, str]) -> dict[str, str]:
    """Return the options of all repositories, each with its number and further ones."""
    options: dict[str, str] = {}
    for number, repository in enumerate(backup.repositories, 1):
        options |= _numbered(number, {**repository.options, **further})
    return options


def _numbered(number: int, options: Mapping[str, str]) -> dict[str, str]:
    return {f"repo{number}-{key}": value for key, value in options.items()}


# A repository that is away delays the WAL that a backup in the other one waits for.
_PATIENCE = {"archive-timeout": "300"}


def _ini(sections: Mapping[str, Mapping[str, str]]) -> str:
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in sorted(options.items()))
        for name, options in sections.items()
    )
