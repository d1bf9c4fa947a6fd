"""Teams: people who see folders of dashboards that others do not."""

from __future__ import annotations

import re

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.dashboards import DashboardFolder
from constructs_lib.rules import check_distinct, check_name
from constructs_lib.values import Value

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


class DashboardTeam(Value):
    """People who see folders that others do not, and have one of their own.

    Args:
        name: of the team, and of the folder that it edits by hand.
        members: by the address that the provider tells; who has not signed in
            yet joins within the quarter of an hour after that.
        folders: that only this team, others that name them, and admins see. A
            folder that no team names is seen by all who sign in.

    Raises:
        ConfigurationError: a name or address that cannot be, or a folder's name for a team.
    """

    name: str
    members: tuple[str, ...] = ()
    folders: tuple[DashboardFolder, ...] = ()

    def __post_init__(self) -> None:
        check_name("DashboardTeam.name", self.name)
        if self.name in set(DashboardFolder):
            raise ConfigurationError(
                "DashboardTeam.name", self.name, "use another: a folder has this one"
            )
        for member in self.members:
            if not _EMAIL.fullmatch(member):
                raise ConfigurationError(
                    "DashboardTeam.members", member, "write an address such as 'ada@example.com'"
                )
        check_distinct("DashboardTeam.members", self.members)
        check_distinct("DashboardTeam.folders", self.folders)
