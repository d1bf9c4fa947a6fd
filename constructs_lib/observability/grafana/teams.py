"""Teams of Grafana, with permissions on folders of dashboards."""

from __future__ import annotations

import re

from constructs_lib.errors import reject
from constructs_lib.facts.dashboards import DashboardFolder
from constructs_lib.rules import check_distinct, check_name
from constructs_lib.values import Value

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


class DashboardTeam(Value):
    """A team with permissions on folders, and a folder of its own.

    Args:
        name: of the team, and of the folder that it edits by hand.
        members: by the email address of the provider; users are added at most 15 minutes
            after they first sign in.
        folders: that only this team, others that name them, and admins may view. A
            folder that no team names is visible to all users.

    Raises:
        ConfigurationError: an invalid name or address, or a team named like a folder.
    """

    name: str
    members: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_name("DashboardTeam.name", self.name)
        if self.name in set(DashboardFolder):
            reject("DashboardTeam.name", self.name, "use another: a folder has this one")
        for member in self.members:
            if not _EMAIL.fullmatch(member):
                reject(
                    "DashboardTeam.members", member, "write an address such as 'ada@example.com'"
                )
        check_distinct("DashboardTeam.members", self.members)
        check_distinct("DashboardTeam.folders", self.folders)
