"""Schedules of CronJobs, and their time zones: which are valid, and which never come."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from constructs_lib.changes.types import Json

_EACH = re.compile(r"@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)")
_TIMES = (range(60), range(24), range(1, 32), range(1, 13), range(7))
_CRON_FIELD = re.compile(r"(\*|\?|\w+(-\w+)?)(/\d+)?(,(\*|\w+(-\w+)?)(/\d+)?)*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_schedule(value: Json) -> str:
    """Return what is wrong with a schedule; empty for nothing."""
    text = str(value)
    parts = text.split()
    if "TZ" in text:
        return "a schedule has no time zone in it; timeZone has"
    if _EACH.fullmatch(text) or (len(parts) == 5 and all(map(_is_time, parts, _TIMES))):
        return ""
    return f"{value!r} is no schedule"


def _is_time(part: str, within: range) -> bool:
    """Tell whether a field of a schedule is one, and its numbers are those of its kind."""
    numbers = re.findall(r"(?<![/\w])\d+", part)
    ends = re.findall(r"(\d+)-(\d+)", part)
    return (
        bool(_CRON_FIELD.fullmatch(part))
        and all(int(each) in within for each in numbers)
        and all(int(first) <= int(last) for first, last in ends)
        and not re.search(r"/0+(\D|$)", part)
    )


def is_time_zone(value: Json) -> str:
    """Return what is wrong with a time zone; empty for nothing."""
    try:
        ZoneInfo("Europe/Paris")
    except ZoneInfoNotFoundError:
        # This machine knows of none.
        return ""
    try:
        ZoneInfo(str(value))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return f"{value!r} is no time zone"
    return ""


def never(schedule: str) -> bool:
    """Tell whether a schedule names a day that none of its months has."""
    parts = schedule.lower().split()
    if len(parts) != 5 or parts[4] not in {"*", "?"} or not re.fullmatch(r"\d+(,\d+)*", parts[2]):
        return False
    names = [re.sub(r"[a-z]+", _number, each) for each in parts[3].split(",")]
    if not all(each.isdecimal() for each in names):
        return False
    longest = max(_DAYS[int(each) - 1] for each in names)
    return min(map(int, parts[2].split(","))) > longest


def _number(month: re.Match[str]) -> str:
    return str(_MONTHS.index(month[0][:3]) + 1) if month[0][:3] in _MONTHS else month[0]
