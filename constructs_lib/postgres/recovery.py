"""Bootstrap of a cluster: an empty database, or a backup of another cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.postgres.paths import SCRIPTS
from constructs_lib.postgres.recovery_targets import Latest, Target
from constructs_lib.postgres.repository import Repository
from constructs_lib.values import Value

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


class RestoredDatabase(Value):
    """The database of another cluster, restored from its repository: a clone, or a point in time.

    It is read once, at bootstrap; it may be removed afterwards. Give the new cluster another
    id and a repository path of its own, so that the backups of the old one stay intact.

    Args:
        repository: of the other cluster.
        target: where recovery ends: `Latest()`, or an `AtTime`, `AtTransaction`,
            `AtRestorePoint` or `EndOfBackup`.
    """

    repository: Repository
    target: Target = Latest()

    @property
    def settings(self) -> Mapping[str, Any]:
        """A way to bootstrap of its own, with the command that restores."""
        # The log is fetched by the same command as the backup.
        words = (_COMMAND, "--stanza=db", f"--cmd={_COMMAND}", "--delta", *self.target.options)
        return {
            "method": "restore",
            "restore": {
                "command": f"{' '.join(words)} restore",
                "keep_existing_recovery_conf": True,
                "no_params": True,
            },
        }

    @property
    def source(self) -> Repository | None:
        """The repository of the other cluster."""
        return self.repository
