"""Grok in the engine family that Logstash uses, for the patterns that our pipelines name."""

from __future__ import annotations

import re
from collections.abc import Iterable

import onigurumacffi

from constructs_lib.facts import LogFormat
from constructs_lib.observability.elk.parsing import whole

# Of the patterns that come with Logstash, those that ours name, in their usual meaning:
# https://github.com/logstash-plugins/logstash-patterns-core/tree/main/patterns/ecs-v1
PATTERNS = {
    "DATA": r".*?",
    "GREEDYDATA": r".*",
    "HTTPDATE": r"\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}",
    "INT": r"[+-]?\d+",
    "ISO8601_TIMEZONE": r"Z|[+-]\d\d:?\d\d",
    "IPORHOST": r"[\w.:-]+",
    "NOTSPACE": r"\S+",
    "NUMBER": r"[+-]?\d+(?:\.\d+)?",
    "TIMESTAMP_ISO8601": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?",
    "WORD": r"\b\w+\b",
}
# A pattern by its name, of a field or of none; or a field whose pattern stands there.
_FIELD = re.compile(r"%\{(?P<name>\w+)(?::(?P<field>[\w\[\]]+))?\}|\(\?<(?P<own>\w+)>")


def matched(pattern: str, line: str) -> dict[str, str] | None:
    """Return the fields of a line; None where the pattern does not fit it."""
    fields: list[str] = []

    def group(found: re.Match[str]) -> str:
        if found["own"]:
            fields.append(f"[{found['own']}]")
            return f"(?<f{len(fields)}>"
        body = PATTERNS[found["name"]]
        if found["field"] is None:
            return f"(?:{body})"
        fields.append(found["field"])
        return f"(?<f{len(fields)}>{body})"

    # Groups that have no name are not counted beside those that have.
    expression = _FIELD.sub(group, pattern)
    match = onigurumacffi.compile(expression).match(line)
    if match is None:
        return None
    values = (match[number] for number in range(1, len(fields) + 1))
    return {field: value for field, value in zip(fields, values, strict=True) if value}


def read(written: LogFormat, line: str) -> dict[str, str] | None:
    """Return the fields that the first pattern finds which fits a line; None where none fits."""
    found = (matched(whole(pattern), line) for pattern in written.patterns)
    return next((fields for fields in found if fields is not None), None)


def events(written: LogFormat, lines: Iterable[str]) -> list[str]:
    """Return lines with those joined that go on with another, as Filebeat does."""
    joined: list[str] = []
    for line in lines:
        if joined and any(re.search(each, line) for each in written.continues):
            joined[-1] += f"\n{line}"
        else:
            joined.append(line)
    return joined
