"""The Secrets that a PostgreSQL cluster reads."""

from __future__ import annotations

from constructs_lib.facts.secrets import SecretRef, check_reference
from constructs_lib.values import Value

_KEYS = {
    "credentials": ("replication", "rewind", "pooler", "monitor"),
    "owner": ("username", "password", "ca.crt"),
    "certificate": ("tls.crt", "tls.key", "ca.crt"),
}


class PostgresSecrets(Value):
    """Who reads what to get in, by reference.

    A new password or certificate needs no restart: a process beside each member
    sees the new files, tells the primary, and makes Patroni read them; poolers and
    backup servers read theirs too. The exporters alone read passwords when they
    start: raise `SecretRef.revision` of ``credentials`` with a new ``monitor`` or
    ``pooler``.

    Args:
        credentials: passwords of the cluster's own users, one a key. The superuser has
            none: it comes in over the socket of a member alone.
        owner: user and password of the application, which owns the database;
            its readers verify the server with ``ca.crt``.
        certificate: of server and client alike. Its names must be those of the
            Services and members, and ``localhost``: `PostgresCluster.dns_names`.
            Its authority has the extension for key usage, or Patroni under
            Python 3.13 trusts no member. Before the authority changes, let
            ``ca.crt`` hold both for a while.

    Raises:
        ConfigurationError: a Secret without the keys that are read.
    """

    credentials: SecretRef = SecretRef(name="postgres-credentials", keys=_KEYS["credentials"])
    owner: SecretRef = SecretRef(name="postgres-owner", keys=_KEYS["owner"])
    certificate: SecretRef = SecretRef(name="postgres-tls", keys=_KEYS["certificate"])

    def __post_init__(self) -> None:
        for field, keys in _KEYS.items():
            check_reference(f"PostgresSecrets.{field}", getattr(self, field), keys=keys)
