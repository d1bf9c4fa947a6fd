"""PriorityClasses: which pods run when the cluster is full."""

from __future__ import annotations

from enum import StrEnum

from constructs_lib.rules import check_name
from constructs_lib.values import Value


class Importance(StrEnum):
    """The importance of a pod, highest first."""

    DATABASE = "database"
    APPLICATION = "application"
    OBSERVABILITY = "observability"
    JOB = "job"


class PriorityClasses(Value):
    """The names of the PriorityClasses of pods, by their importance.

    When a node is lost and the others are full, pods of a higher class preempt those of a
    lower one: database, then tiers, then monitoring, then jobs, which are retried.
    `SecurityBaseline` creates the classes if they are given to it.

    Args:
        database: of the members of a database and of its poolers.
        application: of tiers.
        observability: of monitoring and logging.
        job: of Jobs and CronJobs.

    Raises:
        ConfigurationError: a name that Kubernetes refuses.
    """

    database: str = "database"
    application: str = "application"
    observability: str = "observability"
    job: str = "job"

    def __post_init__(self) -> None:
        for importance in Importance:
            check_name(f"PriorityClasses.{importance}", self.of(importance))

    def of(self, importance: Importance) -> str:
        """Return the name of the class of such pods."""
        return str(getattr(self, importance.value))
