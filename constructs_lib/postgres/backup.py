"""Backups: schedules, retention, verification and restore drills."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from constructs_lib.errors import reject
from constructs_lib.pods.schedule import Schedule
from constructs_lib.postgres.repository import Repository
from constructs_lib.rules import check_range
from constructs_lib.storage import AnyStorageClass
from constructs_lib.values import Value

_PLACE = (
    "type",
    "path",
    "s3-bucket",
    "s3-endpoint",
    "storage-port",
    "gcs-bucket",
    "azure-account",
    "azure-container",
)


class BackupPlan(Value):
    """Backups, their retention, verification, and restore drills.

    The WAL is archived continuously, so that any point in time since the oldest full backup can
    be restored; commits reach the repository within about a minute. By default there is a full
    backup each Sunday and a differential one on each other day, every file of the repository is
    read on Wednesdays, and on Saturdays the newest backup is restored and read.

    Args:
        repository: of the backups.
        second: another repository with all of it, such as in another region or at another
            cloud; None for none. The WAL goes to both, so that each of them can stop writes when
            it takes none; drills restore from the first.
        drill_storage: the StorageClass of the volume of the drill, with the reclaim policy
            Delete.
        full: the schedule of full backups.
        differential: the schedule of differential backups.
        verification: the schedule of the check that reads all files of the repository.
        drill: the schedule of restoring the newest backup.
        full_retention: full backups that are kept, with all that depend on them; others are
            deleted after the next backup.
        differential_retention: differential backups that are kept.

    Raises:
        ConfigurationError: a number out of range, or two jobs that may run at once.
    """

    repository: Repository
    second: Repository | None = None
    drill_storage: AnyStorageClass
    full: Schedule = Schedule(cron="0 1 * * 0", deadline_seconds=4 * 3600)
    differential: Schedule = Schedule(cron="0 1 * * 1-6", deadline_seconds=2 * 3600)
    verification: Schedule = Schedule(cron="0 4 * * 3", deadline_seconds=4 * 3600)
    drill: Schedule = Schedule(cron="0 4 * * 6", deadline_seconds=6 * 3600, tries=1)
    full_retention: int = 4
    differential_retention: int = 14

    def __post_init__(self) -> None:
        check_range("BackupPlan.full_retention", self.full_retention, 1, 9_999_999)
        check_range("BackupPlan.differential_retention", self.differential_retention, 1, 9_999_999)
        if self.second is not None and _place(self.second) == _place(self.repository):
            reject("BackupPlan.second", self.second.options["path"], "name another place")
        for (name, one), (other_name, other) in itertools.combinations(self._schedules.items(), 2):
            if one.overlaps(other):
                reject(
                    f"BackupPlan.{other_name}",
                    other.cron,
                    f"choose a time when {name} ('{one.cron}', {one.deadline_seconds} seconds at "
                    "most) does not run",
                )

    def check(self, source: Repository | None) -> None:
        """Refuse to write to the repository that the cluster is restored from."""
        for repository in self.repositories:
            if source is not None and _place(source) == _place(repository):
                reject(
                    "BackupPlan.repository",
                    repository.options["path"],
                    "give the new cluster a path of its own: the old one's backups must stay as "
                    "they are",
                )

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """Both, or the only one; pgBackRest counts them from 1."""
        return (self.repository,) if self.second is None else (self.repository, self.second)

    @property
    def retention(self) -> Mapping[str, str]:
        """The options of pgBackRest, for each repository."""
        return {
            "bundle": "y",
            "block": "y",
            "retention-diff": str(self.differential_retention),
            "retention-full": str(self.full_retention),
            "retention-full-type": "count",
        }

    @property
    def _schedules(self) -> dict[str, Schedule]:
        return {
            "full": self.full,
            "differential": self.differential,
            "verification": self.verification,
            "drill": self.drill,
        }


def _place(repository: Repository) -> Mapping[str, str]:
    """Return where it is, whoever may get there how."""
    return {key: repository.options[key] for key in _PLACE if key in repository.options}
