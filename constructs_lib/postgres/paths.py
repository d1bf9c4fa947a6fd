"""Paths in the containers of a PostgreSQL cluster."""

from __future__ import annotations

DATA_VOLUME = "/pgdata"
WAL_VOLUME = "/pgwal"
# The mark of a member whose data are not complete yet; `start-member.sh` makes it.
NEVER_STARTED = f"{DATA_VOLUME}/never-started"
SOCKETS = "/var/run/postgresql"
CONFIGURATION = "/etc/patroni"
WRITTEN = "/run/patroni"
PASSWORDS = f"{WRITTEN}/pgpass"
SCRIPTS = "/scripts"
# pgBackRest, with the repository of another cluster.
READ_SOURCE = f"{SCRIPTS}/read-source.sh"
CREDENTIALS = "/run/secrets/credentials"
POOLER = "/run/secrets/pooler"
DATABASES = "/etc/databases"
ROLES = "/run/secrets/roles"
TLS = "/run/secrets/tls"
# The authorities of those who are called, and of those who may call.
MEMBERS = "/run/secrets/members"
BACKUPS = "/run/secrets/backups"
REPOSITORIES = "/run/secrets/repositories"
BACKREST = "/etc/pgbackrest"
DRILL = "/drill"


def data_directory(version: int) -> str:
    """Return the directory of the database: below the volume, whose top Patroni may not move."""
    return f"{DATA_VOLUME}/pg{version}"


def wal_directory(version: int) -> str:
    """Return the directory of the write-ahead log."""
    return f"{WAL_VOLUME}/pg{version}"
