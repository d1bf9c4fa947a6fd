"""Schedules of jobs in cron format, and their overlaps."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from collections.abc import Iterator
from zoneinfo import available_timezones

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.values import Value

UTC = "Etc/UTC"
# As the database of time zones has them: https://www.iana.org/time-zones
_ZONE = re.compile(r"[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]*){1,2}|UTC", re.ASCII)
# It walks through all files of zones, 4 ms.
_zones = functools.cache(available_timezones)
_PART = re.compile(r"(\*|\d{1,2})(?:-(\d{1,2}))?(?:/(\d{1,2}))?", re.ASCII)
# Minute, hour, day of month, month, day of week.
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
# Month, day and weekday of a leap year, in which every day of a month is, and of the one after it.
_FIRST_DAY = dt.date(2028, 1, 1).toordinal()
_CALENDAR = tuple(
    (day.month, day.day, day.isoweekday() % 7)
    for day in map(dt.date.fromordinal, range(_FIRST_DAY, _FIRST_DAY + 366 + 365))
)


class Schedule(Value):
    """The schedule of a job, with its deadline.

    Args:
        cron: minute, hour, day of month, month and day of week, such as ``0 3 * * 1``.
        time_zone: of these times, such as ``Europe/Berlin``. Where its clocks change, a time in
            the hour that is skipped or repeated is too.
        deadline_seconds: after which it has failed, all attempts together.
        tries: attempts in all. A run that a drain or a preemption ends is none, unless there is a
            single one.
        starting_deadline_seconds: how late a run may start; one that could not, such as while the
            control plane was away, is skipped.
        succeeded_kept: runs that succeeded of which Job, pod and log stay.
        failed_kept: the same of runs that failed.

    Raises:
        ConfigurationError: an invalid schedule, a zone that there is not, or a number out of
            range.
    """

    cron: str
    time_zone: str = UTC
    deadline_seconds: int = 3600
    tries: int = 2
    starting_deadline_seconds: int = 600
    succeeded_kept: int = 3
    failed_kept: int = 1

    def __post_init__(self) -> None:
        check_seconds("Schedule.deadline_seconds", self.deadline_seconds)
        check_range("Schedule.tries", self.tries, 1, 10)
        # With less than ten the controller, which looks every ten seconds, may miss all runs.
        check_seconds("Schedule.starting_deadline_seconds", self.starting_deadline_seconds, low=10)
        check_range("Schedule.succeeded_kept", self.succeeded_kept, 0, 100)
        check_range("Schedule.failed_kept", self.failed_kept, 0, 100)
        check_time_zone("Schedule.time_zone", self.time_zone)
        if next(self.starts(), None) is None:
            reject("Schedule.cron", self.cron, "choose a time that there is")

    def overlaps(self, other: Schedule) -> bool:
        """Tell whether a run of one may not have ended when one of the other starts."""
        if self.time_zone != other.time_zone:
            raise ConfigurationError(
                "Schedule.time_zone",
                other.time_zone,
                f"use {self.time_zone!r} here too, as a schedule does that it must not overlap",
            )
        both = (self, other)
        runs = sorted((start, which) for which in (0, 1) for start in both[which].starts())
        ends = [-1, -1]
        for start, which in runs:
            if start < ends[1 - which]:
                return True
            ends[which] = start + both[which].deadline_seconds
        return False

    def starts(self) -> Iterator[int]:
        """Yield when it starts in the course of two years, in seconds."""
        minutes, hours, days, months, weekdays = self._fields()
        times = [(hour * 60 + minute) * 60 for hour in sorted(hours) for minute in sorted(minutes)]
        _, _, day_field, _, weekday_field = self.cron.split(" ")
        # With both given, either is enough: crontab(5).
        either = "*" not in (day_field[0], weekday_field[0])
        for number, (month, day, weekday) in enumerate(_CALENDAR):
            of_month, of_week = day in days, weekday in weekdays
            if month in months and (of_month or of_week if either else of_month and of_week):
                for time in times:
                    yield number * 86_400 + time

    def _fields(self) -> list[set[int]]:
        texts = self.cron.split(" ")
        if len(texts) != len(_BOUNDS):
            raise self._unreadable()
        fields = [
            set().union(*(self._part(part, *bounds) for part in text.split(",")))
            for text, bounds in zip(texts, _BOUNDS, strict=True)
        ]
        # Sunday is 0 and 7.
        fields[4] = {day % 7 for day in fields[4]}
        return fields

    def _part(self, text: str, low: int, high: int) -> set[int]:
        match = _PART.fullmatch(text)
        if match is None:
            raise self._unreadable()
        start, end, step = match.groups()
        if start == "*":
            first, last = low, high
        else:
            first = int(start)
            last = int(end) if end else (high if step else first)
        if (start == "*" and end) or not low <= first <= last <= high or step in ("0", "00"):
            raise self._unreadable()
        return set(range(first, last + 1, int(step or 1)))

    def _unreadable(self) -> ConfigurationError:
        return ConfigurationError(
            "Schedule.cron", self.cron, "write five fields of numbers, such as '0 3 * * 1'"
        )


def check_time_zone(field: str, name: str) -> None:
    """Refuse a time zone that there is not."""
    if name == UTC:
        # It is there without a walk, and most programs name no other.
        return
    # Without a database of zones on this machine, any that is written as one.
    known = _zones()
    if not (name in known if known else _ZONE.fullmatch(name)):
        reject(field, name, "name a zone such as 'Europe/Berlin'")


def longest_pause(*schedules: Schedule) -> int:
    """Return how many seconds pass at most from one start of any of them to the next."""
    starts = sorted({start for each in schedules for start in each.starts()})
    pauses = (later - earlier for earlier, later in itertools.pairwise(starts))
    return max(pauses, default=len(_CALENDAR) * 86_400)
