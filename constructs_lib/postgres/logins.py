"""How members know who logs in to a database: by which role, with which password."""

from __future__ import annotations

import json
from collections.abc import Sequence

from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.volumes import Volume
from constructs_lib.postgres import paths
from constructs_lib.postgres.roles import Role


def login_files(database: str, roles: Sequence[Role]) -> Sequence[Volume]:
    """Return a list of the logins, and the Secrets that it leads to."""
    known = [
        {
            "database": database,
            "right": role.right,
            "username": f"{_folder(role)}/{username}",
            "password": f"{_folder(role)}/{password}",
        }
        for role in roles
        for username, password in role.logins
    ]
    text = json.dumps(known, indent=2) + "\n"
    return (
        ConfigFiles(name="roles", files={"roles.json": text}, mount_path=paths.ROLES),
        *(
            SecretFiles(
                secret=role.secret,
                mount_path=_folder(role),
                keys=tuple(key for login in role.logins for key in login),
                mode=0o440,
            )
            for role in roles
        ),
    )


def _folder(role: Role) -> str:
    return f"/run/secrets/roles/{role.secret.name}"
