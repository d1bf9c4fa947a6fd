"""Bootstrap of a cluster: an empty database, or that of another cluster, restored or followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.postgres.paths import READ_SOURCE
from constructs_lib.postgres.recovery_targets import Latest, Target
from constructs_lib.postgres.repository import Repository
from constructs_lib.values import Value

# The keys to the other cluster's repository stand in variables with this prefix, where
# pgBackRest does not see them: with the keys to two repositories it takes one for the other.
SOURCE = "SOURCE"


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

    @property
    def follows(self) -> bool:
        """Whether the cluster goes on reading from it, and takes no writes."""
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

    @property
    def follows(self) -> bool:
        """It follows nobody."""
        return False


class RestoredDatabase(Value):
    """The database of another cluster, restored from its repository: a clone, or a point in time.

    The repository is read once, at bootstrap; it may be removed afterwards. Give the new cluster a
    repository path of its own, so that the backups of the old one stay intact, and another id
    where the old one is beside it. In place of a `FollowedDatabase` it promotes the cluster.

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
        words = [READ_SOURCE, "--stanza=db", f"--cmd={READ_SOURCE}", "--delta"]
        words += self.target.options
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

    @property
    def follows(self) -> bool:
        """It ends with what the repository has."""
        return False


class FollowedDatabase(Value):
    """The database of another cluster, which this one follows: it is a standby cluster.

    Its members are restored from the repository of the other cluster, such as in another region,
    and read the log as it arrives there, a minute or two behind. Clients may read; nobody writes,
    backs up or maintains. Users and passwords are those of the other cluster, so the Secrets are
    too.

    `RestoredDatabase` of the same repository in its place promotes it, as soon as the first member
    has read that. There is no way back: a cluster that was promoted follows again only if it is
    made anew.

    Args:
        repository: of the other cluster.
    """

    repository: Repository

    @property
    def settings(self) -> Mapping[str, Any]:
        """None: Patroni itself knows how to follow."""
        return {}

    @property
    def source(self) -> Repository | None:
        """The repository of the other cluster."""
        return self.repository

    @property
    def follows(self) -> bool:
        """Until it is promoted."""
        return True
