"""Roles of a database: who owns it, who reads and writes rows, and who only reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.rules import check_distinct
from constructs_lib.values import Value

_LOGIN = ("username", "password")
_CLIENT = (*_LOGIN, "ca.crt")
_NEXT = ("next-username", "next-password")


class _Role(Value):
    secret: SecretRef
    right: ClassVar[str]
    logins: ClassVar[Sequence[tuple[str, str]]] = (_LOGIN, _NEXT)

    def __post_init__(self) -> None:
        keys = [key for login in self.logins for key in login]
        check_keys(f"{type(self).__name__}.secret", self.secret, *keys, "ca.crt")

    @property
    def login(self) -> SecretRef:
        """The keys that a client reads."""
        return replace(self.secret, keys=_CLIENT)


class Owner(_Role):
    """Owns the database and all that migrations make in it.

    Tables, sequences and schemas that it makes are open to each `Writer` and `Reader` of the
    database at once. What it grants or revokes besides holds.

    Args:
        secret: its user and password. The user stays: another would own nothing. Clients verify
            the poolers with ``ca.crt``.

    Raises:
        ConfigurationError: a Secret without the keys that are read.
    """

    secret: SecretRef = SecretRef(name="postgres-owner", keys=_CLIENT)
    right: ClassVar[str] = "owner"
    logins: ClassVar[Sequence[tuple[str, str]]] = (_LOGIN,)


class Writer(_Role):
    """Reads and writes rows, and can make, change and drop nothing but temporary tables.

    Both users of its Secret may log in: clients as the first, which takes the place of the second
    when passwords change. A user that is in no Secret any more cannot log in.

    Args:
        secret: the user and password of clients, those that will be next, and ``ca.crt``, with
            which clients verify the poolers.

    Raises:
        ConfigurationError: a Secret without the keys that are read.
    """

    secret: SecretRef = SecretRef(name="postgres-writer", keys=(*_CLIENT, *_NEXT))
    right: ClassVar[str] = "writer"


class Reader(_Role):
    """Reads all rows of the database, and nothing of passwords or other databases.

    Args:
        secret: as that of a `Writer`.

    Raises:
        ConfigurationError: a Secret without the keys that are read.
    """

    secret: SecretRef = SecretRef(name="postgres-reader", keys=(*_CLIENT, *_NEXT))
    right: ClassVar[str] = "reader"


Role = Owner | Writer | Reader
ROLES = (Owner(), Writer(), Reader())


class UsualRole(Value):
    """The first `Writer` where rows are written, the first `Reader` where not, or the owner."""


def check_roles(field: str, roles: Sequence[Role]) -> None:
    """Refuse a database without an owner or with several, and two roles of one Secret."""
    owners = [role for role in roles if isinstance(role, Owner)]
    if len(owners) != 1:
        reject(field, list(roles), "give the database one Owner, and further ones a Writer")
    check_distinct(field, [role.secret.name for role in roles])


def chosen(role: Role | UsualRole, usual: type[Role], roles: Sequence[Role]) -> Role:
    """Return a role that the database has: the one that is asked for, or the first of a kind."""
    if isinstance(role, UsualRole):
        role = next((each for each in roles if isinstance(each, usual)), usual())
    if role not in roles:
        raise ConfigurationError("role", role, "give it to Database.roles too, or one of them here")
    return role
