"""Bootstrap of a cluster: an empty database, or a backup of another cluster."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.errors import reject
from constructs_lib.postgres.paths import SCRIPTS
from constructs_lib.postgres.repository import Repository
from constructs_lib.values import Value

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d(:?\d\d)?)", re.ASCII)
# The keys to the other cluster's repository stand in variables with this prefix, where
# pgBackRest does not see them: with the keys to two repositories it takes one for the other.
SOURCE = "SOURCE"
_COMMAND = f"{SCRIPTS}/read-source.sh"


class Bootstrap(Protocol):
    """The bootstrap of the first member. The others replicate it."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings of the ``bootstrap`` section of Patroni."""
        ...

    @property
    def source(self) -> Repository | None:
        """The repository that is read from, if any."""
        ...


class EmptyDatabase(Value):
    """A new database, owned by the user of the application."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """None: this is the default of Patroni."""
        return {}

    @property
    def source(self) -> Repository | None:
        """No repository: the database starts empty."""
        return None


class Latest(Value):
    """The end of the archive."""


class RestoredDatabase(Value):
    """The database of another cluster, restored from its repository: a clone, or a point in time.

    It is read once, at bootstrap; it may be removed afterwards. Give the new cluster another
    id and a repository path of its own, so that the backups of the old one stay intact.

    Args:
        repository: of the other cluster.
        target_time: the point in time with its time zone, such as
            ``2026-11-22 23:02:26+00``, or `Latest()`.

    Raises:
        ConfigurationError: an invalid time, or one without a zone.
    """

    repository: Repository
    target_time: str | Latest = Latest()

    def __post_init__(self) -> None:
        if isinstance(self.target_time, str) and not _is_moment(self.target_time):
            reject(
                "RestoredDatabase.target_time",
                self.target_time,
                "write date, time and zone, such as '2026-11-22 23:02:26+00'",
            )

    @property
    def settings(self) -> Mapping[str, Any]:
        """A way to bootstrap of its own, with the command that restores."""
        # The log is fetched by the same command as the backup.
        command = f"{_COMMAND} --stanza=db --cmd={_COMMAND} --delta"
        if isinstance(self.target_time, str):
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
