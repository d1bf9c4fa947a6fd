"""How members know the databases, and who logs in to them: by which role, with which password."""

from __future__ import annotations

import json
from collections.abc import Sequence

from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.volumes import Volume
from constructs_lib.postgres import paths
from constructs_lib.postgres.database import Database
from constructs_lib.postgres.roles import Role


def login_files(databases: Sequence[Database]) -> Sequence[Volume]:
    """Return a list of the databases with their logins, and the Secrets that it leads to."""
    known = [
        {
            "name": database.name,
            "locale": database.locale,
            "extensions": list(database.extensions),
            "logins": [
                {
                    "right": role.right,
                    "username": f"{folder_of(role)}/{username}",
                    "password": f"{folder_of(role)}/{password}",
                }
                for role in database.roles
                for username, password in role.logins
            ],
        }
        for database in databases
    ]
    text = json.dumps(known, indent=2) + "\n"
    roles = dict.fromkeys(role for database in databases for role in database.roles)
    return (
        ConfigFiles(name="databases", files={"databases.json": text}, mount_path=paths.DATABASES),
        *(secret_files(role) for role in roles),
    )


def owner_files(databases: Sequence[Database]) -> Sequence[SecretFiles]:
    """Return the Secrets of the owners."""
    return [secret_files(owner) for owner in dict.fromkeys(each.owner for each in databases)]


def secret_files(role: Role) -> SecretFiles:
    """Return the users and passwords of a role."""
    return SecretFiles(
        secret=role.secret,
        mount_path=folder_of(role),
        keys=tuple(key for login in role.logins for key in login),
        mode=0o440,
    )


def folder_of(role: Role) -> str:
    """Return where the users and passwords of a role are mounted."""
    return f"{paths.ROLES}/{role.secret.name}"
