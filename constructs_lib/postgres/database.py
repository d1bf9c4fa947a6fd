"""Databases of a cluster: who logs in to them, what is created in them, and how text sorts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.postgres.extensions import check_names
from constructs_lib.postgres.images import PostgresImage
from constructs_lib.postgres.roles import ROLES, Owner, Role, check_roles
from constructs_lib.rules import check_distinct
from constructs_lib.values import Value

# PostgreSQL cuts names off at 63; groups and sessions have the name with a word at its end.
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,54}", re.ASCII)
# https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
_OWN = frozenset({"postgres", "template0", "template1", "pgbouncer"})
# Its scheduler reads its jobs in one database.
_IN_ONE = "pg_cron"


class Database(Value):
    """A database of a cluster, which the superuser makes and opens to its roles.

    It is made when a program first names it, with or without others beside it, and is never
    dropped: one that the program does not name any more keeps all that is in it, but no pooler
    leads to it.

    Args:
        name: as clients know it.
        roles: who may do what in it: an `Owner`, and further a `Writer` or `Reader` for each
            party that logs in. A role of several databases is one user, who logs in to each.
        extensions: that are created in it, such as ``("vector",)``, and brought to the version of
            a new image; their libraries are loaded where they need it. None is dropped when it is
            not named any more.
        locale: by which text sorts and letters are told apart, of `PostgresImage.locales`. A
            database that is there keeps its own.

    Raises:
        ConfigurationError: a name that needs quotes, is cut off, or belongs to PostgreSQL or
            PgBouncer, roles without an owner or with several, or invalid names of extensions.
    """

    name: str
    roles: Sequence[Role] = ROLES
    extensions: Sequence[str] = ()
    locale: str = "C.UTF-8"

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            reject("Database.name", self.name, "use at most 55 of a-z, 0-9 and '_', no digit first")
        if self.name in _OWN:
            reject("Database.name", self.name, "leave this one, and name one of your own")
        check_roles("Database.roles", self.roles)
        check_names("Database.extensions", self.extensions)

    @property
    def owner(self) -> Owner:
        """The role that owns it."""
        (owner,) = (role for role in self.roles if isinstance(role, Owner))
        return owner

    @property
    def session_name(self) -> str:
        """The name by which the poolers know it in session mode."""
        return f"{self.name}_session"


class FirstDatabase(Value):
    """The first of the cluster's."""


def database_named(name: str | FirstDatabase, databases: Sequence[Database]) -> Database:
    """Return the database of this name, or the first; refuse one that the cluster lacks."""
    if isinstance(name, FirstDatabase):
        return databases[0]
    for database in databases:
        if database.name == name:
            return database
    there = ", ".join(repr(database.name) for database in databases)
    raise ConfigurationError("database", name, f"use one of PostgresCluster.databases: {there}")


def check_databases(databases: Sequence[Database], image: PostgresImage) -> None:
    """Refuse databases that exclude each other, and what an image does not have."""
    field = "databases"
    if not databases:
        reject(field, databases, "name at least one: [Database(name='shop')]")
    names = chain.from_iterable((each.name, each.session_name) for each in databases)
    check_distinct(field, list(names))
    scheduling = [each.name for each in databases if _IN_ONE in each.extensions]
    if len(scheduling) > 1:
        reject(field, scheduling, f"create {_IN_ONE} in one of them, and schedule from there")
    roles = dict.fromkeys(role for each in databases for role in each.roles)
    check_distinct(f"{field}[…].roles", [role.secret.name for role in roles])
    for database in databases:
        _check_there("extensions", database.extensions, image.extensions)
        _check_there("locale", [database.locale], image.locales)


def _check_there(what: str, asked: Sequence[str], there: Sequence[str]) -> None:
    for each in asked:
        if each not in there:
            has = what if what.endswith("s") else f"{what}s"
            reject(
                f"Database.{what}",
                each,
                f"use an image that has it, and say so: PostgresImage({has}=(…, {each!r}))",
            )
