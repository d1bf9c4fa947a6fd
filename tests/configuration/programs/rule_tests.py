"""Tests of rules for promtool, and what follows: an alert ends once all is as before."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

# https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
_RUN = re.compile(r"(-?[\d.e+]+?)(?:([+-])([\d.]+))?x(\d+)")
_MINUTES = {"s": 1 / 60, "m": 1, "h": 60, "d": 1440}
# Longer than most rules look back, in minutes.
_LONG = 150


class Case(NamedTuple):
    """What a test of rules says about one alert.

    Args:
        test: it has the series.
        alert: the name of the alert.
        expected: minutes, and what fires then, in their order.
    """

    test: Mapping[str, Any]
    alert: str
    expected: list[tuple[float, list[Any]]]

    @property
    def fires(self) -> bool:
        """Whether it fires at some time."""
        return any(alerts for _, alerts in self.expected)

    @property
    def was_quiet(self) -> float | None:
        """The last minute before it fires in which it does not."""
        before: float | None = None
        for minute, alerts in self.expected:
            if alerts:
                return before
            before = minute
        return None

    @property
    def ends(self) -> bool:
        """Whether it is seen to end."""
        fired = False
        for _, alerts in self.expected:
            if fired and not alerts:
                return True
            fired = fired or bool(alerts)
        return False

    @property
    def can_end(self) -> bool:
        """Whether it fires after it was silent, so that what was before can come again."""
        return self.fires and self.was_quiet is not None


def cases(text: str) -> Iterator[Case]:
    """Yield what a file of tests says, alert by alert."""
    for test in yaml.safe_load(text)["tests"]:
        by_alert: dict[str, list[tuple[float, list[Any]]]] = defaultdict(list)
        for rule in test.get("alert_rule_test", []):
            found = (minutes(rule["eval_time"]), rule.get("exp_alerts") or [])
            by_alert[rule["alertname"]].append(found)
        for alert, expected in by_alert.items():
            yield Case(test, alert, sorted(expected, key=lambda each: each[0]))


def ending(text: str) -> str:
    """Return tests in which what was before an alert comes again, and it has ended.

    One for each alert whose end no test of its own shows.
    """
    found = list(cases(text))
    shown = {case.alert for case in found if case.ends}
    derived = {
        case.alert: _as_before(case)
        for case in reversed(found)
        if case.can_end and case.alert not in shown
    }
    return yaml.safe_dump({**yaml.safe_load(text), "tests": list(derived.values())})


def minutes(duration: str | float) -> float:
    """Return the minutes of a duration such as ``1h30m``."""
    parts = re.findall(r"(\d+)([smhd])", str(duration))
    return sum(int(number) * _MINUTES[unit] for number, unit in parts)


def _as_before(case: Case) -> dict[str, Any]:
    interval = minutes(case.test["interval"])
    healthy = int((case.was_quiet or 0) / interval) + 1
    expanded = {each["series"]: samples(str(each["values"])) for each in case.test["input_series"]}
    longest = max(map(len, expanded.values()))
    times = int(max(longest, _LONG / interval) / healthy) + 1
    series = [
        {
            "series": name,
            "values": " ".join([*_filled(values, longest), *times * _filled(values, healthy)]),
        }
        for name, values in expanded.items()
    ]
    end = round((longest + times * healthy - 1) * interval)
    expected = {"alertname": case.alert, "eval_time": f"{end}m", "exp_alerts": []}
    return {
        "name": f"{case.alert} ends: {case.test['name']}",
        "interval": case.test["interval"],
        "input_series": series,
        "alert_rule_test": [expected],
    }


def _filled(values: list[str], length: int) -> list[str]:
    return (values + ["_"] * length)[:length]


def samples(values: str) -> list[str]:
    """Return each sample of a series that is written in short."""
    found: list[str] = []
    for word in values.split():
        if word.startswith("_x"):
            found += ["_"] * int(word[2:])
        elif run := _RUN.fullmatch(word):
            step = float(f"{run[2] or '+'}{run[3] or 0}")
            found += [f"{float(run[1]) + number * step:g}" for number in range(int(run[4]) + 1)]
        else:
            found.append(word)
    return found
