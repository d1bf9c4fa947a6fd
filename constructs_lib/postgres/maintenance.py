"""Maintenance jobs of the database."""

from __future__ import annotations

from constructs_lib.pods.schedule import Schedule
from constructs_lib.values import Value


class Maintenance(Value):
    """Jobs that complement autovacuum, as the owner of the database.

    Args:
        vacuum: the schedule of VACUUM ANALYZE on all tables.
        reindex: the schedule of REINDEX CONCURRENTLY, against bloat.
    """

    vacuum: Schedule = Schedule(cron="0 22 * * 6", deadline_seconds=2 * 3600)
    reindex: Schedule = Schedule(cron="0 22 1 * *", deadline_seconds=2 * 3600)
