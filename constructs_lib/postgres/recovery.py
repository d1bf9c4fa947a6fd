"""Where the first data of a cluster come from: nowhere, or a backup of another."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.errors import ConfigurationError
from constructs_lib.postgres.paths import SCRIPTS
from constructs_lib.postgres.repository import Repository
from constructs_lib.values import Value

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d(:?\d\d)?)", re.ASCII)
# The keys to the other cluster's repository stand in variables with this prefix, where
# pgBackRest does not see them: with the keys to two repositories it takes one for the other.
SOURCE = "SOURCE"
_COMMAND = f"{SCRIPTS}/read-source.sh"


class Bootstrap(Protocol):
    """How the first member gets its data. The others copy it."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """What is added to the ``bootstrap`` section of Patroni."""
        ...

    @property
    def source(self) -> Repository | None:
        """The repository that is read from, if any."""
        ...


class EmptyDatabase(Value):
    """A new database, owned by the user of the application."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Nothing: this is what Patroni does."""
        return {}

    @property
    def source(self) -> Repository | None:
        """No repository: the database starts empty."""
        return None


class RestoredDatabase(Value):
    """The data of another cluster, out of its repository: a clone, or a point in time.

    It is read once, when the cluster is made; leave it in the program or not.
    Give the new cluster another id and a repository path of its own: the old
    one's backups must stay as they are.

    Args:
        repository: of the other cluster.
        target_time: what the data shall be as of, with its time zone, such as
            ``2026-11-22 23:02:26+00``; None for the last that is there.

    Raises:
        ConfigurationError: a time without its zone, or one that there is not.
    """

    repository: Repository
    target_time: str | None = None

    def __post_init__(self) -> None:
        if self.target_time is not None and not _is_moment(self.target_time):
            raise ConfigurationError(
                "RestoredDatabase.target_time",
                self.target_time,
                "write date, time and zone, such as '2026-11-22 23:02:26+00'",
            )

    @property
    def settings(self) -> Mapping[str, Any]:
        """A way to bootstrap of its own, with the command that restores."""
        # The log is fetched by the same command as the backup.
        command = f"{_COMMAND} --stanza=db --cmd={_COMMAND} --delta"
        if self.target_time is not None:
            command += f" --type=time --target='{self.target_time}' --target-action=promote"
        return {
            "method": "restore",
            "restore": {
                "command": f"{command} restore",
                "keep_existing_recovery_conf": True,
                "no_params": True,
            },
        }

    @property
    def source(self) -> Repository | None:
        """The repository of the other cluster."""
        return self.repository


def _is_moment(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return _TIME.fullmatch(text) is not None
