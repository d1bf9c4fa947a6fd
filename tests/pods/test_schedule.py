"""Schedules are read as cron reads them."""

from __future__ import annotations

import pytest

from constructs_lib import ConfigurationError
from constructs_lib.pods.schedule import Schedule, longest_pause

DAY = 24 * 3600


def starts(cron: str) -> list[int]:
    return list(Schedule(cron=cron).starts())


def test_starts() -> None:
    assert starts("30 2 1 1 *") == [2 * 3600 + 30 * 60, 366 * DAY + 2 * 3600 + 30 * 60]
    assert len(starts("*/15 * * * *")) == (366 + 365) * 24 * 4
    assert len(starts("0 0-8/4 * * *")) == (366 + 365) * 3
    # The first of January 2028 is a Saturday; 0 and 7 are Sundays.
    assert starts("0 0 * * 0")[0] == starts("0 0 * * 7")[0] == DAY
    assert len(starts("0 0 29 2 *")) == 1
    assert len(starts("0 0 1 * 1")) > len(starts("0 0 * * 1")), "either day is enough"


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("0 1 * * 0", "0 1 * * 1-6", False),
        ("0 1 * * *", "0 1 * * 3", True),
        ("0 1 * * *", "59 1 * * *", True),
        ("0 1 * * *", "0 2 * * *", False),
        ("30 23 * * 0", "0 0 * * 1", True),
        ("0 1 29 2 *", "0 1 * 2 *", True),
        ("30 23 31 12 *", "0 0 1 1 *", True),
    ],
)
def test_overlaps(one: str, other: str, overlap: bool) -> None:  # noqa: FBT001
    assert Schedule(cron=one).overlaps(Schedule(cron=other)) is overlap
    assert Schedule(cron=other).overlaps(Schedule(cron=one)) is overlap


@pytest.mark.parametrize(
    ("crons", "days"),
    [
        (["0 1 * * 5"], 7),
        (["0 1 * * 0", "0 1 * * 1-6"], 1),
        (["0 1 * * 0", "0 1 * * 3"], 4),
        (["0 1 1 * *"], 31),
        (["0 1 1 1,2 *"], 335),
        (["0 1 29 2 *"], 731),
    ],
)
def test_longest_pause(crons: list[str], days: int) -> None:
    assert longest_pause(*(Schedule(cron=cron) for cron in crons)) == days * DAY


@pytest.mark.parametrize(
    "cron",
    [
        *("@daily", "0 3 * *", "0 3 * * MON", "", "60 * * * *", "0 5-3 * * *", "*/0 * * * *"),
        # A day that never comes.
        "0 0 30 2 *",
    ],
)
def test_fails(cron: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Schedule\.cron"):
        Schedule(cron=cron)
