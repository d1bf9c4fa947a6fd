"""Where the recovery of a database ends."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from constructs_lib.errors import reject
from constructs_lib.rules import check_range
from constructs_lib.values import Value

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d(:?\d\d)?)", re.ASCII)
_NAME = re.compile(r"[\w.: -]{1,63}", re.ASCII)
_BACKUP = re.compile(r"\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?", re.ASCII)
_PROMOTED = "--target-action=promote"


class NewestBackup(Value):
    """The newest backup, which must have ended before the target."""


class Latest(Value):
    """The end of the archive."""

    @property
    def options(self) -> Sequence[str]:
        """Those of pgBackRest: none."""
        return ()


class AtTime(Value):
    """The last commit until a time. pgBackRest finds the backup to begin with.

    Args:
        time: with its zone, such as ``2026-11-22 23:02:26+00``.

    Raises:
        ConfigurationError: an invalid time, or one without a zone.
    """

    time: str

    def __post_init__(self) -> None:
        if not _is_moment(self.time):
            reject(
                "AtTime.time",
                self.time,
                "write date, time and zone, such as '2026-11-22 23:02:26+00'",
            )

    @property
    def options(self) -> Sequence[str]:
        """Those of pgBackRest."""
        return ("--type=time", f"--target='{self.time}'", _PROMOTED)


class AtTransaction(Value):
    """The commit of a transaction, with this one included.

    Args:
        id: of the transaction, as ``pg_current_xact_id()`` tells it or ``pg_waldump`` shows it.
        backup: to begin with, such as ``20261122-010000F``, or `NewestBackup()`.

    Raises:
        ConfigurationError: what is no id of a transaction, or no name of a backup.
    """

    id: int
    backup: str | NewestBackup = NewestBackup()

    def __post_init__(self) -> None:
        check_range("AtTransaction.id", self.id, 3, 2**64 - 1)
        _check_backup("AtTransaction.backup", self.backup)

    @property
    def options(self) -> Sequence[str]:
        """Those of pgBackRest."""
        # The log has the lower half of it.
        target = f"--target={self.id % 2**32}"
        return ("--type=xid", target, _PROMOTED, *_beginning(self.backup))


class AtRestorePoint(Value):
    """A point that ``SELECT pg_create_restore_point('…')`` gave a name, such as before a release.

    Args:
        name: of the point.
        backup: to begin with, such as ``20261122-010000F``, or `NewestBackup()`.

    Raises:
        ConfigurationError: an invalid name.
    """

    name: str
    backup: str | NewestBackup = NewestBackup()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            reject("AtRestorePoint.name", self.name, "use letters, digits and ' .:_-'")
        _check_backup("AtRestorePoint.backup", self.backup)

    @property
    def options(self) -> Sequence[str]:
        """Those of pgBackRest."""
        return ("--type=name", f"--target='{self.name}'", _PROMOTED, *_beginning(self.backup))


class EndOfBackup(Value):
    """The moment at which a backup ended: the soonest to be had.

    Args:
        backup: such as ``20261122-010000F``, or `NewestBackup()`.

    Raises:
        ConfigurationError: what is no name of a backup.
    """

    backup: str | NewestBackup = NewestBackup()

    def __post_init__(self) -> None:
        _check_backup("EndOfBackup.backup", self.backup)

    @property
    def options(self) -> Sequence[str]:
        """Those of pgBackRest."""
        return ("--type=immediate", _PROMOTED, *_beginning(self.backup))


Target = Latest | AtTime | AtTransaction | AtRestorePoint | EndOfBackup
"""Where recovery ends."""


def _check_backup(field: str, backup: str | NewestBackup) -> None:
    if isinstance(backup, str) and not _BACKUP.fullmatch(backup):
        reject(field, backup, "write what `pgbackrest info` shows, such as '20261122-010000F'")


def _beginning(backup: str | NewestBackup) -> Sequence[str]:
    return (f"--set={backup}",) if isinstance(backup, str) else ()


def _is_moment(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return _TIME.fullmatch(text) is not None
