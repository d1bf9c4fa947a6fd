"""The Secrets that a PostgreSQL cluster reads."""

from __future__ import annotations

from constructs_lib.facts.certificates import TLS_KEYS
from constructs_lib.facts.secrets import SecretRef, check_apart, check_keys
from constructs_lib.values import Value

MEMBER_KEYS = ("replication", "rewind", "monitor")
LOGIN_KEYS = ("username", "password", "next-username", "next-password")
_KEYS = {
    "credentials": MEMBER_KEYS,
    "pooler": LOGIN_KEYS,
    "members": TLS_KEYS,
    "poolers": TLS_KEYS,
    "backups": TLS_KEYS,
}


class PostgresSecrets(Value):
    """References to the credentials and certificates of a cluster.

    A new password or certificate needs no restart: a sidecar of each member watches the files,
    changes them in the primary, and reloads Patroni; poolers and backup servers reload theirs
    too. Only exporters read passwords at their start: raise `SecretRef.revision` of
    ``credentials`` with a new ``monitor``, and that of ``pooler``.

    Args:
        credentials: passwords with which members come in at each other, and their exporters, one
            a key: whoever is refused for a moment tries again. The superuser has none: it connects
            over the socket of a member only.
        pooler: the user and password with which poolers ask who may come in, and those that will
            be next. Both may log in, as with a `Writer`.
        members: the certificate of the members, of an authority that signs it alone: who shows
            one of this authority commands Patroni. It must have the key usage extension, or
            Patroni under Python 3.13 trusts no member.
        poolers: the certificate that poolers show to applications.
        backups: the certificate of the jobs that start backups, of an authority that signs it
            alone: who shows one of this authority reads all data.

    `Facts.certificates` of the cluster has the names and usages of the three. Before an
    authority changes, ``ca.crt`` must contain both for a while.

    Raises:
        ConfigurationError: a Secret without the keys that are read, or one for two parties.
    """

    credentials: SecretRef = SecretRef(name="postgres-credentials", keys=_KEYS["credentials"])
    pooler: SecretRef = SecretRef(name="postgres-pooler", keys=LOGIN_KEYS)
    members: SecretRef = SecretRef(name="postgres-members", keys=TLS_KEYS)
    poolers: SecretRef = SecretRef(name="postgres-poolers", keys=TLS_KEYS)
    backups: SecretRef = SecretRef(name="postgres-backups", keys=TLS_KEYS)

    def __post_init__(self) -> None:
        for field, keys in _KEYS.items():
            check_keys(f"PostgresSecrets.{field}", getattr(self, field), *keys)
        check_apart("PostgresSecrets", **{field: getattr(self, field) for field in _KEYS})
