"""What is done to the database when few use it."""

from __future__ import annotations

from constructs_lib.pods.schedule import Schedule
from constructs_lib.values import Value


class Maintenance(Value):
    """Jobs that tidy up what autovacuum does not, as the owner of the database.

    Args:
        vacuum: when all tables are vacuumed and analyzed.
        reindex: when the indexes are built anew, without locking writers out;
            what was deleted leaves them larger than they need be.
    """

    vacuum: Schedule = Schedule(cron="0 22 * * 6", deadline_seconds=2 * 3600)
    reindex: Schedule = Schedule(cron="0 22 1 * *", deadline_seconds=2 * 3600)
